/** In memory before anything is measured. */
export function madeBlock(): Buffer
/** `bytes` bytes of the block; `at` says which. */
export function pieceOf(block: Buffer, at: number, bytes: number): Buffer
