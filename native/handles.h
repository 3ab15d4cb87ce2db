// Between C handles and libtorch's own types, and between C++ exceptions and return codes.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <exception>
#include <string>

#include "nabla_bridge.h"

namespace nabla {

void set_error(const char* text) noexcept;

// Hands a reference to the caller of the C interface; counted until `free_handle`.
nabla_tensor make_handle(at::Tensor tensor);
void free_handle(nabla_tensor handle) noexcept;

// A second reference to what a handle holds; an undefined tensor for a zero handle.
inline at::Tensor borrow(nabla_tensor handle) {
  if (handle == nullptr) {
    return at::Tensor();
  }
  using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
  return at::Tensor(Pointer::unsafe_reclaim_from_nonowning(static_cast<c10::TensorImpl*>(handle)));
}

template <typename Body>
int32_t guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_error(error.what());
  } catch (...) {
    set_error("libtorch threw something that is not an exception");
  }
  return 1;
}

}  // namespace nabla
