// One function calls any operator of libtorch, through the boxed dispatcher.
#include <ATen/core/Generator.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "handles.h"

using c10::IValue;
using nabla::borrow;
using nabla::guarded;

namespace {

// c10::optional in 1.13, std::optional later: whichever IValue itself speaks of.
using OptionalTensor = decltype(std::declval<IValue&>().toOptional<at::Tensor>());

// Kept between calls so that a call allocates nothing; emptied however the call ends.
class StackLease {
 public:
  explicit StackLease(torch::jit::Stack& stack) : stack_(stack) { stack_.clear(); }
  ~StackLease() { stack_.clear(); }
  StackLease(const StackLease&) = delete;
  StackLease& operator=(const StackLease&) = delete;

 private:
  torch::jit::Stack& stack_;
};

void push(torch::jit::Stack& stack, const nabla_argument& argument) {
  const auto count = static_cast<size_t>(argument.count);
  switch (argument.kind) {
    case NABLA_NONE:
      stack.emplace_back();
      return;
    case NABLA_TENSOR:
      stack.emplace_back(borrow(argument.pointer));
      return;
    case NABLA_INTEGER:
    case NABLA_DTYPE:
      stack.emplace_back(argument.integer);
      return;
    case NABLA_DOUBLE:
      stack.emplace_back(argument.number);
      return;
    case NABLA_BOOL:
      stack.emplace_back(argument.integer != 0);
      return;
    case NABLA_TENSOR_LIST: {
      c10::List<at::Tensor> list;
      list.reserve(count);
      for (size_t i = 0; i < count; i++) {
        list.push_back(borrow(static_cast<nabla_tensor*>(argument.pointer)[i]));
      }
      stack.emplace_back(std::move(list));
      return;
    }
    case NABLA_OPTIONAL_TENSOR_LIST: {
      c10::List<OptionalTensor> list;
      list.reserve(count);
      for (size_t i = 0; i < count; i++) {
        const nabla_tensor handle = static_cast<nabla_tensor*>(argument.pointer)[i];
        list.push_back(handle == nullptr ? OptionalTensor() : OptionalTensor(borrow(handle)));
      }
      stack.emplace_back(std::move(list));
      return;
    }
    case NABLA_INTEGER_LIST: {
      c10::List<int64_t> list;
      list.reserve(count);
      for (size_t i = 0; i < count; i++) {
        list.push_back(static_cast<const int64_t*>(argument.pointer)[i]);
      }
      stack.emplace_back(std::move(list));
      return;
    }
    case NABLA_DOUBLE_LIST: {
      c10::List<double> list;
      list.reserve(count);
      for (size_t i = 0; i < count; i++) {
        list.push_back(static_cast<const double*>(argument.pointer)[i]);
      }
      stack.emplace_back(std::move(list));
      return;
    }
    case NABLA_BOOL_LIST: {
      c10::List<bool> list;
      list.reserve(count);
      for (size_t i = 0; i < count; i++) {
        list.push_back(static_cast<const uint8_t*>(argument.pointer)[i] != 0);
      }
      stack.emplace_back(std::move(list));
      return;
    }
    case NABLA_DEVICE:
      stack.emplace_back(c10::Device(static_cast<c10::DeviceType>(argument.integer),
                                     static_cast<c10::DeviceIndex>(argument.count)));
      return;
    case NABLA_STRING:
      stack.emplace_back(std::string(static_cast<const char*>(argument.pointer), count));
      return;
    case NABLA_GENERATOR:
      stack.emplace_back(*static_cast<at::Generator*>(argument.pointer));
      return;
    default:
      TORCH_CHECK(false, "the bridge does not know arguments of kind ", argument.kind);
  }
}

// Handles made for the results of a call that then fails are freed again.
class ResultWriter {
 public:
  ResultWriter(nabla_argument* results, int32_t capacity) : results_(results), capacity_(capacity) {}

  ~ResultWriter() {
    if (!finished_) {
      for (const nabla_tensor handle : made_) {
        nabla::free_handle(handle);
      }
    }
  }

  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  void write(torch::jit::Stack& stack) {
    TORCH_CHECK(static_cast<int64_t>(stack.size()) <= capacity_, "the operator returned ", stack.size(),
                " values where ", capacity_, " were expected");
    lists_().clear();
    for (IValue& value : stack) {
      write(std::move(value), results_[written_++]);
    }
    // Only now do the lists lie still in memory.
    for (int32_t i = 0; i < written_; i++) {
      if (results_[i].kind == NABLA_TENSOR_LIST) {
        results_[i].pointer = lists_().data() + results_[i].integer;
      }
    }
  }

  int32_t finish() {
    finished_ = true;
    made_.clear();
    return written_;
  }

 private:
  static std::vector<nabla_tensor>& lists_() {
    thread_local std::vector<nabla_tensor> lists;
    return lists;
  }

  nabla_tensor make(at::Tensor tensor) {
    const nabla_tensor handle = nabla::make_handle(std::move(tensor));
    if (handle != nullptr) {
      made_.push_back(handle);
    }
    return handle;
  }

  void write(IValue&& value, nabla_argument& result) {
    result.count = 0;
    result.integer = 0;
    if (value.isTensor()) {
      result.kind = NABLA_TENSOR;
      result.pointer = make(std::move(value).toTensor());
    } else if (value.isNone()) {
      result.kind = NABLA_NONE;
    } else if (value.isInt()) {
      result.kind = NABLA_INTEGER;
      result.integer = value.toInt();
    } else if (value.isDouble()) {
      result.kind = NABLA_DOUBLE;
      result.number = value.toDouble();
    } else if (value.isBool()) {
      result.kind = NABLA_BOOL;
      result.integer = value.toBool() ? 1 : 0;
    } else if (value.isTensorList()) {
      const c10::List<at::Tensor> list = std::move(value).toTensorList();
      result.kind = NABLA_TENSOR_LIST;
      result.count = static_cast<int32_t>(list.size());
      result.integer = static_cast<int64_t>(lists_().size());
      for (size_t i = 0; i < list.size(); i++) {
        lists_().push_back(make(list.get(i)));
      }
    } else {
      TORCH_CHECK(false, "the operator returned a ", value.tagKind(), ", which the bridge cannot carry");
    }
  }

  nabla_argument* results_;
  int32_t capacity_;
  int32_t written_ = 0;
  bool finished_ = false;
  c10::SmallVector<nabla_tensor, 8> made_;
};

}  // namespace

NABLA_API void* nabla_operator_find(const char* name, const char* overload) {
  void* found = nullptr;
  guarded([&] {
    auto op = c10::Dispatcher::singleton().findSchema({name, overload});
    if (op.has_value()) {
      found = new c10::OperatorHandle(*op);
    }
  });
  return found;
}

NABLA_API int32_t nabla_operator_call(void* op, const nabla_argument* arguments, int32_t argument_count,
                                      nabla_argument* results, int32_t capacity, int32_t* result_count) {
  return guarded([&] {
    thread_local torch::jit::Stack stack;
    const StackLease lease(stack);
    for (int32_t i = 0; i < argument_count; i++) {
      push(stack, arguments[i]);
    }
    static_cast<c10::OperatorHandle*>(op)->callBoxed(stack);
    if (results != nullptr) {
      ResultWriter writer(results, capacity);
      writer.write(stack);
      *result_count = writer.finish();
    }
  });
}

NABLA_API int32_t nabla_operator_schemas(const char** text, int64_t* bytes) {
  return guarded([&] {
    thread_local std::string schemas;
    std::ostringstream lines;
    auto& dispatcher = c10::Dispatcher::singleton();
    for (const auto& name : dispatcher.getAllOpNames()) {
      const auto op = dispatcher.findSchema(name);
      if (op.has_value()) {
        lines << op->schema() << '\n';
      }
    }
    schemas = lines.str();
    *text = schemas.data();
    *bytes = static_cast<int64_t>(schemas.size());
  });
}
