-- wrk: every request posts an order of its own.
local thread_count = 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
function init(args) run = args[1] or "r"; n = 0 end
function request()
  n = n + 1
  local body = string.format('{"orderId":"%s-%d-%d","customerName":"Alice"}', run, id, n)
  return wrk.format("POST", "/orders", {["content-type"] = "application/json"}, body)
end
