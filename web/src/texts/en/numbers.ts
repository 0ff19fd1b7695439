export const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const percent = (share: number) =>
  // 99.97 % must not read as 100 %.
  `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
