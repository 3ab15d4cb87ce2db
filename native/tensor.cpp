// Lifetime and description of tensors.
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

#include "handles.h"

namespace nabla {
namespace {

// Bytes of the storages that live handles hold. Views share a storage, which is counted once.
class StorageLedger {
 public:
  void add(const c10::TensorImpl& impl) {
    handles_.fetch_add(1, std::memory_order_relaxed);
    if (!impl.has_storage()) {
      return;
    }
    const c10::Storage& storage = impl.unsafe_storage();
    const auto* key = storage.unsafeGetStorageImpl();
    if (key == nullptr) {
      return;
    }
    Shard& shard = shard_of(key);
    std::lock_guard<std::mutex> lock(shard.mutex);
    Entry& entry = shard.entries[key];
    if (entry.holders++ == 0) {
      entry.bytes = static_cast<int64_t>(storage.nbytes());
      bytes_.fetch_add(entry.bytes, std::memory_order_relaxed);
    }
  }

  void remove(const c10::TensorImpl& impl) noexcept {
    handles_.fetch_sub(1, std::memory_order_relaxed);
    if (!impl.has_storage()) {
      return;
    }
    const auto* key = impl.unsafe_storage().unsafeGetStorageImpl();
    Shard& shard = shard_of(key);
    std::lock_guard<std::mutex> lock(shard.mutex);
    const auto found = shard.entries.find(key);
    if (found != shard.entries.end() && --found->second.holders == 0) {
      bytes_.fetch_sub(found->second.bytes, std::memory_order_relaxed);
      shard.entries.erase(found);
    }
  }

  int64_t handles() const { return handles_.load(std::memory_order_relaxed); }
  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    int64_t holders = 0;
    int64_t bytes = 0;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<const void*, Entry> entries;
  };

  Shard& shard_of(const void* key) { return shards_[(reinterpret_cast<uintptr_t>(key) >> 7) % kShards]; }

  static constexpr size_t kShards = 16;
  Shard shards_[kShards];
  std::atomic<int64_t> handles_{0};
  std::atomic<int64_t> bytes_{0};
};

// Never destroyed: handles may be freed while the process is going down.
StorageLedger& ledger() {
  static StorageLedger* const instance = new StorageLedger();
  return *instance;
}

}  // namespace

nabla_tensor make_handle(at::Tensor tensor) {
  if (!tensor.defined()) {
    return nullptr;
  }
  ledger().add(*tensor.unsafeGetTensorImpl());
  return tensor.unsafeReleaseTensorImpl();
}

void free_handle(nabla_tensor handle) noexcept {
  if (handle == nullptr) {
    return;
  }
  using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
  auto owned = Pointer::reclaim(static_cast<c10::TensorImpl*>(handle));
  ledger().remove(*owned);
}

namespace {

bool is_plain(const c10::TensorImpl& impl) {
  if (impl.layout() != c10::kStrided || !impl.has_storage() || !impl.device().is_cpu() || !impl.is_contiguous()) {
    return false;
  }
  const auto type = c10::typeMetaToScalarType(impl.dtype());
  return type == c10::kFloat || type == c10::kDouble || type == c10::kBFloat16 || type == c10::kHalf;
}

nabla_gradient_memory memory_of(const c10::TensorImpl& parameter) {
  nabla_gradient_memory memory{};
  const auto& held = parameter.grad();
  if (!held.defined()) {
    return memory;
  }
  const c10::TensorImpl& gradient = *held.unsafeGetTensorImpl();
  memory.state = 2;
  if (is_plain(parameter) && is_plain(gradient) && parameter.numel() == gradient.numel()) {
    memory.state = 1;
    memory.parameter = const_cast<void*>(parameter.data());
    memory.gradient = const_cast<void*>(gradient.data());
    memory.elements = parameter.numel();
    memory.parameter_dtype = static_cast<int32_t>(c10::typeMetaToScalarType(parameter.dtype()));
    memory.gradient_dtype = static_cast<int32_t>(c10::typeMetaToScalarType(gradient.dtype()));
  }
  return memory;
}

void prefetch_impl(const c10::TensorImpl* impl) {
  const auto* at = reinterpret_cast<const char*>(impl);
  for (size_t line = 0; line < sizeof(c10::TensorImpl); line += 64) {
    __builtin_prefetch(at + line);
  }
}

void prefetch_storage(const c10::TensorImpl& impl) {
  if (impl.has_storage()) {
    const auto* at = reinterpret_cast<const char*>(impl.unsafe_storage().unsafeGetStorageImpl());
    __builtin_prefetch(at);
    __builtin_prefetch(at + 64);
  }
}

}  // namespace
}  // namespace nabla

using nabla::borrow;
using nabla::guarded;

NABLA_API void nabla_tensor_free(nabla_tensor tensor) { nabla::free_handle(tensor); }

NABLA_API nabla_tensor nabla_tensor_share(nabla_tensor tensor) { return nabla::make_handle(borrow(tensor)); }

NABLA_API int32_t nabla_tensor_describe(nabla_tensor tensor, nabla_tensor_info* info) {
  return guarded([&] {
    const auto& impl = *static_cast<c10::TensorImpl*>(tensor);
    const bool strided = impl.layout() == c10::kStrided && impl.has_storage();
    const auto sizes = impl.sizes();
    info->rank = static_cast<int64_t>(sizes.size());
    info->sizes = sizes.data();
    info->strides = strided ? impl.strides().data() : nullptr;
    info->elements = impl.numel();
    info->element_size = static_cast<int64_t>(impl.itemsize());
    info->data = strided ? const_cast<void*>(impl.data()) : nullptr;
    info->storage_bytes = strided ? static_cast<int64_t>(impl.unsafe_storage().nbytes()) : 0;
    info->dtype = static_cast<int32_t>(c10::typeMetaToScalarType(impl.dtype()));
    const c10::Device device = impl.device();
    info->device_kind = static_cast<int32_t>(device.type());
    info->device_index = device.index();
    info->is_contiguous = strided && impl.is_contiguous() ? 1 : 0;
  });
}

NABLA_API int32_t nabla_tensor_get_requires_grad(nabla_tensor tensor) {
  const auto* impl = static_cast<c10::TensorImpl*>(tensor);
  return impl->requires_grad() ? 1 : 0;
}

NABLA_API int32_t nabla_tensor_set_requires_grad(nabla_tensor tensor, int32_t value) {
  return guarded([&] {
    const at::Tensor held = borrow(tensor);
    TORCH_CHECK(value != 0 || !held.requires_grad() || held.is_leaf(),
                "only a leaf can stop requiring gradients; this tensor was computed by a recorded operator, use "
                "detach() for a tensor that derivatives do not flow through");
    held.set_requires_grad(value != 0);
  });
}

NABLA_API int32_t nabla_tensor_has_grad(nabla_tensor tensor) {
  return static_cast<const c10::TensorImpl*>(tensor)->grad().defined() ? 1 : 0;
}

NABLA_API int32_t nabla_tensor_get_grad(nabla_tensor tensor, nabla_tensor* gradient) {
  // The impl's own accessor: Tensor::grad() would warn on standard error for tensors that are not leaves.
  return guarded([&] { *gradient = nabla::make_handle(static_cast<c10::TensorImpl*>(tensor)->grad()); });
}

NABLA_API int32_t nabla_tensor_set_grad(nabla_tensor tensor, nabla_tensor gradient) {
  return guarded([&] {
    const at::Tensor held = borrow(tensor);
    at::Tensor value = borrow(gradient);
    if (value.defined()) {
      TORCH_CHECK(value.sizes() == held.sizes(), "a gradient must have the shape ", held.sizes(),
                  " of its tensor, but has ", value.sizes());
      TORCH_CHECK(value.scalar_type() == held.scalar_type(), "a gradient must have the dtype ",
                  held.scalar_type(), " of its tensor, but has ", value.scalar_type());
      TORCH_CHECK(value.device() == held.device(), "a gradient must be on the device ", held.device(),
                  " of its tensor, but is on ", value.device());
    }
    held.mutable_grad() = std::move(value);
  });
}

NABLA_API int32_t nabla_gradient_memory_of(const nabla_tensor* tensors, int64_t count, nabla_gradient_memory* memory) {
  return guarded([&] {
    // What a step needs to know of a tensor lies behind a chain of pointers, and a step over much memory has left none
    // of it in the cache. The chains of a block are followed side by side, so their waits overlap.
    constexpr int64_t kBlock = 16;
    for (int64_t start = 0; start < count; start += kBlock) {
      const int64_t end = std::min(count, start + kBlock);
      for (int64_t i = start; i < end; ++i) {
        nabla::prefetch_impl(static_cast<const c10::TensorImpl*>(tensors[i]));
      }
      for (int64_t i = start; i < end; ++i) {
        const auto& impl = *static_cast<const c10::TensorImpl*>(tensors[i]);
        __builtin_prefetch(impl.autograd_meta());
        nabla::prefetch_storage(impl);
      }
      for (int64_t i = start; i < end; ++i) {
        nabla::prefetch_impl(static_cast<const c10::TensorImpl*>(tensors[i])->grad().unsafeGetTensorImpl());
      }
      for (int64_t i = start; i < end; ++i) {
        const auto& gradient = static_cast<const c10::TensorImpl*>(tensors[i])->grad();
        if (gradient.defined()) {
          nabla::prefetch_storage(*gradient.unsafeGetTensorImpl());
        }
      }
      for (int64_t i = start; i < end; ++i) {
        memory[i] = nabla::memory_of(*static_cast<const c10::TensorImpl*>(tensors[i]));
      }
    }
  });
}

NABLA_API int64_t nabla_live_handles() { return nabla::ledger().handles(); }

NABLA_API int64_t nabla_live_bytes() { return nabla::ledger().bytes(); }
