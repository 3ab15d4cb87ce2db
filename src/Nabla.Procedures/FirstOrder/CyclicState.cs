using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>What both forms of cyclic dual averaging share: the problem by its outputs, its blocks and its proximal step.</summary>
internal sealed class CyclicState
{
    private readonly double[] _slopes;

    public CyclicState(ILinearComposite problem, double[] origin, int size)
    {
        (Problem, Term) = (problem, new SeparableTerm(problem));
        _slopes = new double[problem.Outputs];
        Blocks = [.. Enumerable.Range(0, problem.Dimension).Chunk(size)];
        for (var i = 0; i < origin.Length; i++)
        {
            origin[i] = Term.Inside(i, origin[i]);
        }

        Origin = origin;
    }

    public ILinearComposite Problem { get; }

    public SeparableTerm Term { get; }

    public IReadOnlyList<int[]> Blocks { get; }

    /// <summary>x_0.</summary>
    public double[] Origin { get; }

    /// <summary>The proximal gradient mapping that was measured last.</summary>
    public double Norm { get; private set; } = double.PositiveInfinity;

    /// <summary>The linear outputs at a point.</summary>
    public void OutputsAt(ReadOnlySpan<double> point, double[] outputs)
    {
        Array.Clear(outputs);
        for (var j = 0; j < point.Length; j++)
        {
            VectorMath.Add(outputs, point[j], Problem.Column(j));
        }
    }

    /// <summary>Some coordinates of the gradient of φ by the outputs.</summary>
    public void Partial(int[] block, double[] outputs, double[] gradient)
    {
        for (var t = 0; t < outputs.Length; t++)
        {
            _slopes[t] = Problem.Slope(t, outputs[t]);
        }

        foreach (var j in block)
        {
            gradient[j] = VectorMath.Dot(Problem.Column(j), _slopes);
        }
    }

    /// <summary>argmin over v of weight · h(v) + |v - goal|²/2 in one coordinate.</summary>
    public double Proximal(int i, double goal, double weight) =>
        Term.Move(i, 0, -goal / weight, (1 + (weight * Problem.SquareWeight)) / weight);

    /// <summary>Measures L |x - prox of h/L at x - ∇φ(x)/L|.</summary>
    public double Measure(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, double smoothness)
    {
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
        {
            var move = smoothness * (point[i] - Proximal(i, point[i] - (gradient[i] / smoothness), 1 / smoothness));
            sum += move * move;
        }

        return Norm = Math.Sqrt(sum);
    }

    /// <summary>The smoothness of the steepest coordinate; not 0.</summary>
    public double SteepestCoordinate()
    {
        var most = 0.0;
        for (var j = 0; j < Problem.Dimension; j++)
        {
            most = Math.Max(most, VectorMath.Dot(Problem.Column(j), Problem.Column(j)));
        }

        return most > 0 ? most * Problem.Bend : 1;
    }
}
