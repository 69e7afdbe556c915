-- One request for each token of a file, a line each. A request too many has none, and is refused.
local requests, sent = {}, 0
local body = '{"items":[1,2,3]}'

local function request_with(token)
  return 'POST /checkout?cart=17 HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n'
    .. 'content-length: ' .. #body .. '\r\ncountersign: ' .. token .. '\r\n\r\n' .. body
end

function init(arguments)
  for token in io.lines(arguments[1]) do requests[#requests + 1] = request_with(token) end
end

function request()
  sent = sent + 1
  return requests[sent] or request_with('')
end

function done(summary, latency)
  io.write(string.format('\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status))
end
