// Words that stand on several screens.

export const NIK = /(?<!\d)(?:\d[\s.-]?){15}\d(?!\d)/; // what no note and no correction may hold
export const RESULTS = {
  recorded: { label: "Terekam lengkap", tone: "good" },
  partly: { label: "Terekam sebagian", tone: "good" },
  not_recorded: { label: "Belum terekam", tone: "warn" },
};
export const SKIPS = ["Belum waktunya, kembali nanti", "Keluarga minta nanti", "Jalan tidak bisa dilalui", "Waktu tidak cukup"];
export const FIELDS = { name: "Nama", landmark: "Patokan", phone: "Telepon keluarga", pin: "Titik di peta" };

export function resultWords(day, result) {
  const { kind, reason } = result.data;
  const why = reason ? day.pack.reasons.find((one) => one.code === reason)?.label : "";
  return why ? `${RESULTS[kind].label}: ${why}` : RESULTS[kind]?.label ?? kind;
}

const STATES = { waiting: "menunggu kirim", taken: "terkirim", check: "perlu diperiksa" };
export const stateWords = (status) => STATES[status] ?? STATES.waiting;
