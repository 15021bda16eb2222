-- wrk: every request posts an order of its own. Argument: a prefix for the ids.
-- The last line of wrk's output is a JSON object: seconds, posted, refused, unanswered, p50_us, p99_us.
local thread_count = 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
function init(args) run = args[1] or "r"; n = 0 end

function request()
  n = n + 1
  local body = string.format('{"orderId":"%s-%d-%d","customerName":"Alice"}', run, id, n)
  return wrk.format("POST", "/orders", {["content-type"] = "application/json"}, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"seconds":%.6f,"posted":%d,"refused":%d,"unanswered":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.duration / 1e6, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
