from nodecompat import net, util


def log(*values):
    print(util.format(*values))


blockList = net.BlockList()
blockList.addAddress("123.123.123.123")
blockList.addRange("10.0.0.1", "10.0.0.10")
blockList.addSubnet("8592:757c:efae:4e45::", 64, "ipv6")
log(blockList.check("123.123.123.123"), blockList.check("10.0.0.3"), blockList.check("222.111.111.222"))
log(blockList.check("::ffff:7b7b:7b7b", "ipv6"), blockList.check("::ffff:123.123.123.123", "ipv6"))
log(" | ".join(blockList.rules))
log(net.isIP("::1"), net.isIP("127.000.000.001"), net.isIPv4("127.0.0.1/24"), net.isIPv6("::1"))
address = net.SocketAddress({"address": "1.2.3.4", "port": 5})
log(
    address.family,
    address.address,
    address.port,
    net.SocketAddress.parse("[::1]:80").port,
    net.SocketAddress.parse("x"),
)
