// The receipt as a picture, drawn on this device; nothing is sent anywhere.
(() => {
  "use strict";
  const button = document.querySelector("[data-picture]");
  const code = document.getElementById("code")?.dataset.code;
  if (!button || !code || !HTMLCanvasElement.prototype.toBlob) return;
  button.hidden = false;

  button.addEventListener("click", async () => {
    try { await document.fonts.ready; } catch { /* an older browser draws with what it has */ }
    const canvas = document.createElement("canvas");
    canvas.width = 1080;
    canvas.height = 920;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#FFFFFF";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = "#0B5D63";
    pen.lineWidth = 8;
    pen.strokeRect(24, 24, canvas.width - 48, canvas.height - 48);
    pen.fillStyle = "#1B2430";
    pen.textAlign = "center";
    const middle = canvas.width / 2;
    pen.font = "600 52px Sarabun, sans-serif";
    pen.fillText(button.dataset.pictureTitle, middle, 130);
    pen.font = "600 84px ui-monospace, monospace";
    code.split("-").forEach((group, index) => pen.fillText(group.split("").join(" "), middle, 260 + index * 104));
    pen.font = "400 36px Sarabun, sans-serif";
    pen.fillText(button.dataset.pictureNumber, middle, 790, 960);
    pen.fillText(button.dataset.pictureNote, middle, 846, 960);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "code.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }, "image/png");
  });
})();
