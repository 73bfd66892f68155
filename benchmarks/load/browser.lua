-- Requests for wrk with the headers that a browser sends, each with another target.
local number = 0
local before, after

function init()
  before = "GET /items/"
  after = " HTTP/1.1\r\n" .. table.concat({
    "Host: " .. wrk.headers["Host"],
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language: en-US,en;q=0.5",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Referer: http://" .. wrk.headers["Host"] .. "/items",
    "Connection: keep-alive",
    "Cookie: session=f3a1c09be2d84a75; theme=dark",
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-User: ?1",
    "Priority: u=0, i",
  }, "\r\n") .. "\r\n\r\n"
end

function request()
  number = number + 1
  return before .. number .. after
end
