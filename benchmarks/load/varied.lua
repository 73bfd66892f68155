-- Requests for wrk that differ from one another in their target, and in nothing else.
local number = 0
local before, after

function init()
  before = "GET /items/"
  after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
end

function request()
  number = number + 1
  return before .. number .. after
end
