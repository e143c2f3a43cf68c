// npm scripts find the Node 24 of the dev dependency first; where its install script was not run, the machine's older Node
// would take over without a word.
if (!process.version.startsWith('v24.')) {
  console.error(`Tocsin runs on Node 24, but this script got ${process.version} (${process.execPath}).`);
  console.error('Run it through npm after "npm ci" with install scripts allowed (no --ignore-scripts): that brings Node 24 along.');
  process.exit(1);
}
