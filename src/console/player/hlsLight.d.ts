/** The part of hls.js without subtitles, other languages and locks, which comes without types of its own. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
}
