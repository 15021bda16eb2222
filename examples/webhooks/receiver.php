<?php
require "vendor/autoload.php";

$webhook = new StandardWebhooks\Webhook(getenv("ORDERS_WEBHOOK_SECRET"));
$seen = sys_get_temp_dir() . "/seen-events"; // in your shop: a table of your database

try {
    $event = $webhook->verify(file_get_contents("php://input"), array_change_key_case(getallheaders()));
} catch (Throwable) {
    http_response_code(400);
    exit;
}
if (!is_file("$seen/{$event["id"]}")) {
    error_log($event["type"] . " " . ($event["data"]["orderId"] ?? "")); // in your shop: queue it, and return
    @mkdir($seen);
    touch("$seen/{$event["id"]}");
}
http_response_code(204);
