// Differentiation, and the modes of a thread that govern it.
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "handles.h"

using nabla::borrow;
using nabla::guarded;

namespace {

torch::autograd::variable_list borrow_all(const nabla_tensor* handles, int32_t count) {
  torch::autograd::variable_list tensors;
  if (handles != nullptr) {
    tensors.reserve(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; i++) {
      tensors.push_back(borrow(handles[i]));
    }
  }
  return tensors;
}

}  // namespace

NABLA_API int32_t nabla_backward(nabla_tensor tensor, nabla_tensor gradient, int32_t retain_graph,
                                 int32_t create_graph) {
  return guarded([&] {
    torch::autograd::variable_list gradients;
    if (gradient != nullptr) {
      gradients.push_back(borrow(gradient));
    }
    torch::autograd::backward({borrow(tensor)}, gradients, retain_graph != 0 || create_graph != 0,
                              create_graph != 0);
  });
}

NABLA_API int32_t nabla_grad(const nabla_tensor* outputs, int32_t output_count, const nabla_tensor* inputs,
                             int32_t input_count, const nabla_tensor* grad_outputs, int32_t retain_graph,
                             int32_t create_graph, int32_t allow_unused, nabla_tensor* gradients) {
  return guarded([&] {
    auto found = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count),
                                       borrow_all(grad_outputs, output_count),
                                       retain_graph != 0 || create_graph != 0, create_graph != 0,
                                       allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) {
      gradients[i] = nabla::make_handle(std::move(found[i]));
    }
  });
}

NABLA_API int32_t nabla_grad_mode_get() { return c10::GradMode::is_enabled() ? 1 : 0; }

NABLA_API void nabla_grad_mode_set(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

NABLA_API int32_t nabla_inference_mode_get() { return c10::InferenceMode::is_enabled() ? 1 : 0; }

NABLA_API void* nabla_inference_mode_enter() { return new c10::InferenceMode(true); }

NABLA_API void nabla_inference_mode_exit(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
