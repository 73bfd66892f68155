// Random bodies, and the forms that Node reads in them: node formcases.cjs SEED COUNT
// Left out: parameters without their ";", or with blanks before it, and a boundary within a line, which Node reads otherwise.
// One line of JSON per case: [body in latin-1, Content-Type, fields or the error's message and the cause's].
'use strict';
const { random, pick, list } = require('./inspectvalues.cjs');
const count = Number(process.argv[3]);
const BOUNDARIES = ['----formdata-undici-0123456789', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxyz', 'abcdefghijklmnopqrstuvwxyz01234'];
const NAMES = ['name="a"', 'name="b c"', 'name=a', 'name=""', 'name', 'NAME="x"', 'name="a%22%0D%0A"', 'name="\\"', 'name="a\\\\b"', 'name="\xc3\xa9"', 'name="\xe9"', 'name="a;b"', 'name="a', 'name = "a"', 'name*=utf-8\'\'a', 'nam="a"'];
const FILES = ['', '', '; filename="f.txt"', ';filename=f', '; filename=""', "; filename*=utf-8''%e2%82%ac", "; filename*=UTF-8''a%zzb", "; filename*=latin1''a", '; filename="x"; filename*=utf-8\'\'y', '; x="y"', '; filename="\xc3\xa9%22"'];
const HEADERS = ['Content-Type: text/html', 'content-type: a/b; c=d ', 'Content-Type: \xe9/x', 'Content-Type:', 'Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: binary', 'X-y: z', 'X y: z', ': z', 'X-y', ' X-y : z', 'X-\xe9: z'];
const PIECES = ['a', 'YQ==', '\r\n', '\n', '\r', '--', '\xc3\xa9', '\xff', ' ', '\xef\xbb\xbf', 'long text', '\r\n--', '\0'];
const words = (n) => list(n, () => pick(PIECES)).join('');
const disposition = () => `${pick(['Content-Disposition', 'content-disposition', 'Content-Disposition', 'X'])}:${pick([' ', ' ', '', '\t'])}${pick(['form-data', 'form-data', 'form-data', 'Form-Data', 'attachment', 'form-datax', ''])}${pick(['; ', '; ', ';'])}${pick(random(2) ? NAMES : NAMES.slice(0, 3))}${pick(FILES)}`;
const part = () => { const lines = list(3, () => pick(HEADERS)); if (random(15)) lines.splice(random(lines.length + 1), 0, disposition()); return lines.map((line) => line + pick(['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', ' \r\n'])).join('') + (random(20) ? '\r\n' : '') + words(5); };
const good = () => `Content-Disposition: form-data; name="${pick(['a', 'b', 'c d'])}"${pick(['', '; filename="f"'])}\r\n${pick(['', '', 'Content-Type: a/b\r\n'])}\r\n${words(5)}`;
const body = (boundary) => {
  const parts = list(4, () => pick([part, good, good])());
  return pick(['', '', '', '', '\r\n', 'junk\r\n', 'junk']) + parts.map((each) => `--${boundary}${random(25) ? '' : pick([' ', 'x', '--'])}\r\n${each}\r\n`).join('')
    + `--${random(25) ? boundary : 'no'}` + pick(['--\r\n', '--\r\n', '--', '--\r\njunk', '', '\r\n', '-', '--x']);
};
const type = (boundary) => random(8) ? `multipart/form-data; boundary=${boundary}` : pick([`multipart/form-data;boundary="${boundary}"`, `Multipart/Form-Data; charset=x; BOUNDARY=${boundary}`, `multipart/form-data; boundary=${boundary}; boundary=x`, 'multipart/form-data', `multipart/form-data; boundary*=utf-8''${boundary}`, `multipart/form-data; boundary*0=${boundary}`, `multipart/mixed; boundary=${boundary}`, `multipart/form-data; boundary=${boundary}, text/plain`, 'text/plain', '']);
const QUERY = ['a', 'b', '=', '=', '&', '+', '%20', '%ff', '%zz', '%', 'x', ';', '~'];
const encoded = () => [list(9, () => pick(QUERY)).join(''), pick(['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=latin1', 'APPLICATION/x-www-form-urlencoded ', 'application/x-www-form-urlencodedx'])];
const show = async ([name, value]) => [name, typeof value === 'string' ? value : [value.name, value.type, Buffer.from(await value.arrayBuffer()).toString('latin1')]];
(async () => {
  for (let left = count; left > 0; left--) {
    const boundary = pick(BOUNDARIES);
    const [text, kind] = random(8) ? [body(boundary), type(boundary)] : encoded();
    let result;
    try {
      result = await Promise.all([...await new Response(Buffer.from(text, 'latin1'), { headers: { 'content-type': kind } }).formData()].map(show));
    } catch (error) {
      result = { message: error.message, cause: error.cause?.message ?? null };
    }
    console.log(JSON.stringify([text, kind, result]));
  }
})();
