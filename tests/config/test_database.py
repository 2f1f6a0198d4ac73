from config import database


def test_from_url_keeps_the_case_of_a_socket_folder() -> None:
    settings = database.from_url("postgresql://sodsong@:5432/sodsong?host=%2Fhome%2FAnna%2Frun")
    assert (settings["HOST"], settings["PORT"], settings["USER"]) == ("/home/Anna/run", 5432, "sodsong")
    assert "host" not in settings["OPTIONS"]


def test_from_url_pools_connections() -> None:
    settings = database.from_url("postgresql://someone:word@example.org/base")
    assert settings["OPTIONS"]["pool"]["max_size"] == database.POOL_SIZE
    assert settings["CONN_MAX_AGE"] == 0


def test_unfit_names_what_is_wrong_with_the_server() -> None:
    assert database.unfit("UTF8", 150004) == ""
    assert "15 or later" in database.unfit("UTF8", 140011)
    assert "SQL_ASCII" in database.unfit("SQL_ASCII", 180000)


def test_connections_needed_is_the_sum_of_all_processes() -> None:
    needed = database.connections_needed(web_processes=2, worker_processes=1, worker_threads=4, relays=2)
    assert needed == 2 * 21 + 9 + 2 * 2 + 8
