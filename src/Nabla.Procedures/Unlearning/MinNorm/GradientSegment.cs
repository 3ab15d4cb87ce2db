using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Consecutive parameters, or parts of them, whose gradients are held at once.</summary>
internal sealed class GradientSegment
{
    private readonly List<(Parameter Parameter, long Start, long Length)> _parts = [];

    /// <summary>The parameters with the first number of each that belongs to the segment, and how many do.</summary>
    internal IReadOnlyList<(Parameter Parameter, long Start, long Length)> Parts => _parts;

    /// <summary>Cuts a list of parameters into segments of at most so many numbers.</summary>
    internal static List<GradientSegment> Cut(IReadOnlyList<Parameter> parameters, long most)
    {
        var segments = new List<GradientSegment>();
        var free = 0L;
        foreach (var parameter in parameters)
        {
            for (var start = 0L; start < parameter.Value.ElementCount;)
            {
                if (free == 0)
                {
                    segments.Add(new GradientSegment());
                    free = most;
                }

                var length = Math.Min(free, parameter.Value.ElementCount - start);
                segments[^1]._parts.Add((parameter, start, length));
                start += length;
                free -= length;
            }
        }

        return segments;
    }

    /// <summary>Asks for the gradients of every output with respect to the segment.</summary>
    /// <param name="outputs">The scalars of one example, with their graph.</param>
    /// <param name="examples">How many examples there are.</param>
    /// <returns>A tensor [outputs, length] for each part, in the parameter's type.</returns>
    internal List<Tensor> Gradients(Func<int, Tensor> outputs, int examples)
    {
        var blocks = new List<Tensor>();
        var inputs = Parts.Select(part => part.Parameter.Value).ToArray();
        var row = 0L;
        for (var example = 0; example < examples; example++)
        {
            using var scope = new TensorScope();
            var values = outputs(example).Reshape(-1);
            var each = values.ElementCount;
            if (example == 0)
            {
                // The first example tells how many outputs each has; the others must have as many.
                using var mode = GradMode.Disable();
                blocks.AddRange(Parts.Select(part =>
                    Tensor.Zeros([each * examples, part.Length], part.Parameter.Value.DType, part.Parameter.Value.Device).MoveToOuter()));
            }

            if (row + each > (blocks.Count == 0 ? 0 : blocks[0].Shape[0]))
            {
                throw new InvalidOperationException("The examples have different numbers of outputs; every example must have as many as the first.");
            }

            for (var k = 0L; k < each; k++, row++)
            {
                using var inner = new TensorScope();
                var gradients = Autograd.Grad([values.Select(0, k)], inputs, retainGraph: true, allowUnused: true);
                for (var p = 0; p < gradients.Length; p++)
                {
                    if (gradients[p] is { } gradient)
                    {
                        blocks[p].Select(0, row).CopyFrom(gradient.Reshape(-1).Narrow(0, Parts[p].Start, Parts[p].Length));
                    }
                }
            }
        }

        return blocks;
    }
}
