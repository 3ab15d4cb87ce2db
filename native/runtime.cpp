// Errors, generators of random numbers, threads, devices and the library itself.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <cstring>
#include <mutex>
#include <string>

#include "handles.h"

using nabla::guarded;

namespace nabla {

static std::string& error_text() {
  thread_local std::string text;
  return text;
}

void set_error(const char* text) noexcept {
  try {
    error_text() = text;
  } catch (...) {
    error_text().clear();
  }
}

}  // namespace nabla

NABLA_API const char* nabla_last_error() { return nabla::error_text().c_str(); }

static at::Generator& generator_of(void* handle) { return *static_cast<at::Generator*>(handle); }

NABLA_API int32_t nabla_generator_create(uint64_t seed, void** generator) {
  return guarded([&] { *generator = new at::Generator(at::detail::createCPUGenerator(seed)); });
}

NABLA_API int32_t nabla_generator_default(void** generator) {
  return guarded([&] { *generator = new at::Generator(at::detail::getDefaultCPUGenerator()); });
}

NABLA_API void nabla_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

NABLA_API int32_t nabla_generator_seed(void* generator, uint64_t seed) {
  return guarded([&] {
    at::Generator& held = generator_of(generator);
    const std::lock_guard<std::mutex> lock(held.mutex());
    held.set_current_seed(seed);
  });
}

NABLA_API int32_t nabla_generator_initial_seed(void* generator, uint64_t* seed) {
  return guarded([&] { *seed = generator_of(generator).current_seed(); });
}

NABLA_API int32_t nabla_generator_get_state(void* generator, uint8_t* bytes, int64_t capacity, int64_t* count) {
  return guarded([&] {
    at::Generator& held = generator_of(generator);
    const std::lock_guard<std::mutex> lock(held.mutex());
    const at::Tensor state = held.get_state();
    *count = state.numel();
    if (bytes != nullptr) {
      TORCH_CHECK(capacity >= state.numel(), "the state needs ", state.numel(), " bytes, not ", capacity);
      std::memcpy(bytes, state.data_ptr(), static_cast<size_t>(state.numel()));
    }
  });
}

NABLA_API int32_t nabla_generator_set_state(void* generator, const uint8_t* bytes, int64_t count) {
  return guarded([&] {
    at::Generator& held = generator_of(generator);
    const std::lock_guard<std::mutex> lock(held.mutex());
    // A state of the right size and kind to write into is the present one's copy.
    at::Tensor state = held.get_state();
    TORCH_CHECK(state.numel() == count, "a generator's state has ", state.numel(), " bytes, but ", count,
                " were given");
    std::memcpy(state.data_ptr(), bytes, static_cast<size_t>(count));
    held.set_state(state);
  });
}

NABLA_API void nabla_return_pages() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

NABLA_API int32_t nabla_threads_get() { return at::get_num_threads(); }

NABLA_API int32_t nabla_threads_set(int32_t count) {
  return guarded([&] { at::set_num_threads(count); });
}

NABLA_API int32_t nabla_cuda_available() {
  int32_t available = 0;
  guarded([&] { available = torch::cuda::is_available() ? 1 : 0; });
  return available;
}

NABLA_API int32_t nabla_cuda_device_count() {
  int32_t count = 0;
  guarded([&] { count = static_cast<int32_t>(torch::cuda::device_count()); });
  return count;
}

NABLA_API const char* nabla_version() { return TORCH_VERSION; }

NABLA_API const char* nabla_library_path() {
  static const std::string path = [] {
    Dl_info info;
    // Any function that libtorch_cpu itself defines names the file it came from.
    const auto function = reinterpret_cast<void*>(&at::get_num_threads);
    return dladdr(function, &info) != 0 && info.dli_fname != nullptr ? std::string(info.dli_fname) : std::string();
  }();
  return path.c_str();
}
