const dns = require('node:dns');
dns.lookup('localhost', { family: 4 }, (err, address, family) => { console.log('address: %j family: IPv%s', address, family);
dns.lookup('127.0.0.1', { all: true }, (err, addresses) => { console.log(addresses.length, addresses[0].address, addresses[0].family);
dns.promises.lookup('name.invalid').catch((e) => { console.log(e.code, e.syscall, e.hostname); }); }); });
console.log(dns.getDefaultResultOrder(), dns.ADDRCONFIG > 0, dns.NODATA);
try { dns.setServers(['x']); } catch (e) { console.log(e.code, e.message); }
const r = new dns.promises.Resolver(); r.setServers(['4.4.4.4', '[2001:4860:4860::8888]:1053']); console.log(r.getServers().join());
