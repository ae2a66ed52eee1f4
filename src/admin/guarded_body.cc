#include "admin/guarded_body.h"

namespace weir {
namespace {

class GuardedBody final : public net::BodySource {
 public:
  GuardedBody(std::shared_ptr<net::BodySource> inner, std::function<bool()> allowed)
      : inner_(std::move(inner)), allowed_(std::move(allowed)) {}

  Result<Piece> next() override {
    if (allowed_()) return inner_->next();
    return fail(ErrorCode::kClosed, "the token or the session this was asked for with has ended");
  }
  Seconds write_timeout() const override { return inner_->write_timeout(); }

 private:
  std::shared_ptr<net::BodySource> inner_;
  std::function<bool()> allowed_;
};

}  // namespace

std::shared_ptr<net::BodySource> guarded_body(std::shared_ptr<net::BodySource> inner,
                                              std::function<bool()> allowed) {
  return std::make_shared<GuardedBody>(std::move(inner), std::move(allowed));
}

}  // namespace weir
