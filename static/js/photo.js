// A photo is made small before it is sent: a telephone's picture has megabytes, a village's line has not.
const MOST_BYTES = 150_000;
const SIDES = [1280, 1024, 800, 640];
const QUALITIES = [0.8, 0.7, 0.6, 0.5];

export default function photo(said) {
  const input = said.closest("form").elements.photo;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    said.textContent = "";
    if (!file) return;
    try {
      const small = await shrink(file);
      const taken = new DataTransfer();
      taken.items.add(new File([small], "rumah.jpg", { type: "image/jpeg" }));
      input.files = taken.files;
      said.textContent = said.dataset.small.replace("{size}", String(Math.ceil(small.size / 1000)));
    } catch {
      // What this browser cannot read goes as it is: the server says what is wrong with it.
    }
  });
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), {
      width: Math.round(picture.width * scale),
      height: Math.round(picture.height * scale),
    });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (small && small.size <= MOST_BYTES) return small;
    }
  }
  throw new Error("too large");
}
