namespace Nabla.Engine;

public sealed partial class Tensor
{
    /// <summary>Whether derivatives with respect to this tensor are recorded. Set it on leaves only (tensors that no
    /// recorded operator made).</summary>
    /// <exception cref="EngineException">On setting: the tensor is not a leaf, or its elements are not floating-point
    /// numbers.</exception>
    public bool RequiresGrad
    {
        get => NativeMethods.TensorGetRequiresGrad(Handle) != 0;
        set => NativeMethods.Check(NativeMethods.TensorSetRequiresGrad(Handle, value ? 1 : 0));
    }

    /// <summary>Whether a gradient has been accumulated or set.</summary>
    public bool HasGradient => NativeMethods.TensorHasGrad(Handle) != 0;

    /// <summary>The gradient that <see cref="Backward"/> accumulated, or null. Each reading makes a tensor (of the same
    /// memory), which belongs to the innermost scope, or to the caller; setting null clears the gradient.</summary>
    /// <exception cref="EngineException">On setting: shape, element type or device differ from this tensor's.</exception>
    public unsafe Tensor? Gradient
    {
        get
        {
            nint gradient = 0;
            NativeMethods.Check(NativeMethods.TensorGetGrad(Handle, &gradient));
            return gradient == 0 ? null : new Tensor(gradient);
        }

        set => NativeMethods.Check(NativeMethods.TensorSetGrad(Handle, value is null ? 0 : value.Handle));
    }

    /// <summary>Adds the derivatives of this tensor with respect to the leaves it was computed from to their
    /// gradients.</summary>
    /// <param name="gradient">The derivative of the end result with respect to this tensor, of its shape; 1 if null,
    /// which needs a tensor with one element.</param>
    /// <param name="retainGraph">Keep what was recorded, to run again.</param>
    /// <param name="createGraph">Record the derivatives themselves, to differentiate again.</param>
    /// <exception cref="EngineException">Nothing was recorded, or was already used up.</exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false, bool createGraph = false) =>
        NativeMethods.Check(NativeMethods.Backward(
            Handle, gradient is null ? 0 : gradient.Handle, retainGraph ? 1 : 0, createGraph ? 1 : 0));

    /// <summary>The same memory as a tensor that derivatives do not flow through.</summary>
    /// <returns>A tensor that shares memory with this one.</returns>
    public Tensor Detach()
    {
        var call = new OperatorCall(BasicOperators.Detach, stackalloc NativeArgument[1]);
        call.Tensor(this);
        return call.ReturnTensor();
    }
}
