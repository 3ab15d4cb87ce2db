namespace Nabla.Engine;

/// <summary>Derivatives as values: nothing is accumulated into <see cref="Tensor.Gradient"/>.</summary>
public static unsafe class Autograd
{
    /// <summary>The derivatives of the sum of outputs, weighted by <paramref name="gradOutputs"/>, with respect to
    /// inputs.</summary>
    /// <param name="outputs">Recorded results.</param>
    /// <param name="inputs">What they were computed from.</param>
    /// <param name="gradOutputs">For each output a tensor of its shape, or null for 1 (outputs with one element only);
    /// null for all ones.</param>
    /// <param name="retainGraph">Keep what was recorded, to run again.</param>
    /// <param name="createGraph">Record the derivatives themselves, to differentiate again.</param>
    /// <param name="allowUnused">Give null for inputs that the outputs do not depend on, instead of throwing.</param>
    /// <returns>For each input the derivative, of its shape.</returns>
    /// <exception cref="ArgumentException">There is not one entry of <paramref name="gradOutputs"/> for each
    /// output.</exception>
    /// <exception cref="EngineException">Nothing was recorded, was already used up, or an input is unused.</exception>
    public static Tensor?[] Grad(
        ReadOnlySpan<Tensor> outputs,
        ReadOnlySpan<Tensor> inputs,
        ReadOnlySpan<Tensor?> gradOutputs = default,
        bool retainGraph = false,
        bool createGraph = false,
        bool allowUnused = false)
    {
        if (!gradOutputs.IsEmpty && gradOutputs.Length != outputs.Length)
        {
            throw new ArgumentException(
                $"{gradOutputs.Length} weights were given for {outputs.Length} outputs; give one for each, or none.",
                nameof(gradOutputs));
        }

        nint[] outputHandles = Handles(outputs);
        nint[] inputHandles = Handles(inputs);
        nint[] weights = Handles(gradOutputs);
        var gradients = new nint[inputs.Length];
        fixed (nint* o = outputHandles, i = inputHandles, w = weights, g = gradients)
        {
            NativeMethods.Check(NativeMethods.Grad(
                o,
                outputHandles.Length,
                i,
                inputHandles.Length,
                weights.Length == 0 ? null : w,
                retainGraph ? 1 : 0,
                createGraph ? 1 : 0,
                allowUnused ? 1 : 0,
                g));
        }

        var results = new Tensor?[gradients.Length];
        for (int k = 0; k < results.Length; k++)
        {
            results[k] = gradients[k] == 0 ? null : new Tensor(gradients[k]);
        }

        return results;
    }

    /// <summary>The product of a loss's Hessian matrix with a vector, by differentiating twice; the matrix is never
    /// formed.</summary>
    /// <param name="loss">Computes the loss, a tensor with one element, from the inputs.</param>
    /// <param name="inputs">What the loss is differentiated by; each requires gradients.</param>
    /// <param name="vectors">The vector's parts: for each input a tensor of its shape.</param>
    /// <returns>The product's parts, of the inputs' shapes; zeros where the loss is linear in an input.</returns>
    /// <exception cref="ArgumentException">There is not one vector for each input.</exception>
    public static Tensor[] HessianVectorProduct(
        Func<Tensor> loss, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> vectors)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (inputs.Length != vectors.Length)
        {
            throw new ArgumentException(
                $"{vectors.Length} vectors were given for {inputs.Length} inputs; give one for each.", nameof(vectors));
        }

        var products = new Tensor?[inputs.Length];
        using (var scope = new TensorScope())
        {
            using IDisposable recording = GradMode.Enable();
            Tensor?[] first = Grad([loss()], inputs, createGraph: true, allowUnused: true);

            // An input that the loss is linear in has a constant derivative, of which nothing is recorded.
            var used = new List<Tensor>();
            var weights = new List<Tensor?>();
            for (int k = 0; k < first.Length; k++)
            {
                if (first[k] is { RequiresGrad: true } derivative)
                {
                    used.Add(derivative);
                    weights.Add(vectors[k]);
                }
            }

            if (used.Count > 0)
            {
                products = Grad(used.ToArray(), inputs, weights.ToArray(), allowUnused: true);
            }

            for (int k = 0; k < products.Length; k++)
            {
                products[k] = (products[k] ?? Tensor.ZerosLike(inputs[k])).MoveToOuter();
            }
        }

        return products!;
    }

    private static nint[] Handles(ReadOnlySpan<Tensor?> tensors)
    {
        var handles = new nint[tensors.Length];
        for (int k = 0; k < handles.Length; k++)
        {
            handles[k] = tensors[k] is { } tensor ? tensor.Handle : 0;
        }

        return handles;
    }
}
