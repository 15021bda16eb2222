export const many = (n: number, one: string, more: string) => (n === 1 ? one : more);
