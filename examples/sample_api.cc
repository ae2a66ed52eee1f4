// A small HTTP API to put weir in front of: something fast, slow, failing and streaming to watch.
//
//   sample_api [--listen 127.0.0.1:8000]          port 0: any; the address is printed
//
//   GET  /fast                 a JSON object, at once
//   GET  /slow?seconds=1.5     the same, later (at most 60 s)
//   GET  /fail                 500
//   GET  /stream?lines=5       chunked: a line every 200 ms
//   *    /echo                 method, target, headers and body of the request, as JSON
//   GET  /items/{id}           an item; ids above 1000 are not found
//
// One thread a connection, blocking calls: an example, not a server to run in earnest.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using asio::ip::tcp;

/// A number from the query string: "/slow?seconds=2" → 2.
double parameter(std::string_view target, std::string_view name, double otherwise) {
  const std::size_t query = target.find('?');
  if (query == target.npos) return otherwise;
  const std::size_t at = target.find(std::string(name) + "=", query);
  if (at == target.npos) return otherwise;
  const std::string_view text = target.substr(at + name.size() + 1);
  double value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void sleep_seconds(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

Response answer(const Request& request, http::status status, const json::object& body) {
  Response response(status, request.version());
  response.set(http::field::content_type, "application/json");
  response.keep_alive(request.keep_alive());
  response.body() = json::serialize(body) + "\n";
  response.prepare_payload();
  return response;
}

Response echo(const Request& request) {
  json::object headers;
  for (const auto& field : request) {
    json::value& value = headers[std::string(field.name_string())];
    if (value.is_null())
      value = std::string(field.value());
    else
      value.as_string().append(", ").append(std::string(field.value()));
  }
  return answer(request, http::status::ok,
                {{"method", std::string(request.method_string())},
                 {"target", std::string(request.target())},
                 {"headers", std::move(headers)},
                 {"body", request.body()}});
}

Response item(const Request& request, std::string_view id_text) {
  unsigned id = 0;
  const auto parsed = std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
  if (parsed.ec != std::errc() || parsed.ptr != id_text.data() + id_text.size() || id > 1000) {
    return answer(request, http::status::not_found, {{"detail", "No such item"}});
  }
  return answer(request, http::status::ok, {{"id", id}, {"name", "Item " + std::to_string(id)}});
}

void stream_lines(tcp::socket& socket, const Request& request) {
  const auto lines = static_cast<int>(std::clamp(parameter(request.target(), "lines", 5), 0.0, 1e6));
  http::response<http::empty_body> head(http::status::ok, request.version());
  head.set(http::field::content_type, "text/plain");
  head.keep_alive(request.keep_alive());
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  http::write_header(socket, serializer);
  for (int i = 1; i <= lines; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    asio::write(socket, http::make_chunk(asio::buffer(line)));
    if (i < lines) sleep_seconds(0.2);
  }
  asio::write(socket, http::make_chunk_last());
}

Response handle(const Request& request) {
  const std::string_view target(request.target().data(), request.target().size());
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/slow") {
    const double seconds = std::clamp(parameter(target, "seconds", 1.5), 0.0, 60.0);
    sleep_seconds(seconds);
    return answer(request, http::status::ok, {{"message", "slow"}, {"seconds", seconds}});
  }
  if (path == "/" || path == "/fast") return answer(request, http::status::ok, {{"message", "fast"}});
  if (path == "/fail")
    return answer(request, http::status::internal_server_error, {{"detail", "This one always fails"}});
  if (path == "/echo") return echo(request);
  if (path.starts_with("/items/")) return item(request, path.substr(7));
  return answer(request, http::status::not_found, {{"detail", "Not found"}});
}

void serve(tcp::socket socket) {
  beast::flat_buffer buffer;
  try {
    socket.set_option(tcp::no_delay(true));
    for (bool keep = true; keep;) {
      Request request;
      http::read(socket, buffer, request);
      keep = request.keep_alive();
      if (std::string_view(request.target()).starts_with("/stream")) {
        stream_lines(socket, request);
        continue;
      }
      Response response = handle(request);
      if (request.method() == http::verb::head) response.body().clear();
      http::write(socket, response);
    }
  } catch (const boost::system::system_error&) {
    // The client left, or sent what is no HTTP: the connection closes.
  }
}

tcp::endpoint parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto port = static_cast<unsigned short>(std::atoi(text.c_str() + colon + 1));
  return {asio::ip::make_address(text.substr(0, colon)), port};
}

}  // namespace

int main(int argc, char** argv) try {
  std::string listen = "127.0.0.1:8000";
  if (argc == 3 && std::string_view(argv[1]) == "--listen")
    listen = argv[2];
  else if (argc != 1)
    throw std::invalid_argument("usage: sample_api [--listen 127.0.0.1:8000]");
  asio::io_context io;
  tcp::acceptor acceptor(io, parse_endpoint(listen));
  std::cout << "sample API on http://" << acceptor.local_endpoint() << std::endl;
  for (;;) std::thread(serve, acceptor.accept()).detach();
} catch (const std::exception& error) {
  std::cerr << "sample_api: " << error.what() << "\n";
  return 1;
}
