const readline = require('node:readline');
const { PassThrough } = require('node:stream');
const input = new PassThrough(), output = new PassThrough();
output.on('data', (d) => console.log('output', JSON.stringify(d.toString())));
const rl = readline.createInterface({ input, output, prompt: 'OHAI> ' });
rl.question('What do you think of Node.js? ', (answer) => {
  console.log(`Thank you for your valuable feedback: ${answer}`);
  rl.prompt();
  rl.on('line', (line) => {
    switch (line.trim()) {
      case 'hello': console.log('world!'); break;
      default: console.log(`Say what? I might have heard '${line.trim()}'`); break;
    }
    rl.prompt();
  }).on('close', () => { console.log('Have a great day!'); });
  input.write('hello\nwhat is\n');
  setImmediate(() => { console.log(rl.getPrompt()); rl.close(); try { rl.question('x', () => {}); } catch (e) { console.log(e.code); } });
});
input.write('nice\n');
