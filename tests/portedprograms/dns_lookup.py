from nodecompat import dns, run, util


def failed(f):
    print(f.value.code, f.value.syscall, f.value.hostname)


def onAll(err, addresses):
    print(len(addresses), addresses[0].address, addresses[0].family)
    dns.promises.lookup("name.invalid").addErrback(failed)


def onAddress(err, address, family):
    print(util.format("address: %j family: IPv%s", address, family))
    dns.lookup("127.0.0.1", {"all": True}, onAll)


dns.lookup("localhost", {"family": 4}, onAddress)
print(dns.getDefaultResultOrder(), str(dns.ADDRCONFIG > 0).lower(), dns.NODATA)
try:
    dns.setServers(["x"])
except Exception as e:
    print(e.code, e)
r = dns.promises.Resolver()
r.setServers(["4.4.4.4", "[2001:4860:4860::8888]:1053"])
print(",".join(r.getServers()))
run()
