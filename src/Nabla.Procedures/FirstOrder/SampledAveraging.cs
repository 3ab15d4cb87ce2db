using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>VR-A-CODER: after each full gradient, passes with block gradients of single samples.</summary>
internal sealed class SampledAveraging(CyclicState state, ProcedureRun run, ACoderOptions options, RandomStream random)
{
    private readonly double[] _rows = RowsOf(state);

    private int Dimension => state.Origin.Length;

    /// <summary>Runs until the run ends; the last mean point.</summary>
    public double[] Run()
    {
        int n = state.Problem.Outputs, inner = options.InnerSteps, d = Dimension;
        var smoothness = options.Smoothness > 0 ? options.Smoothness : 2 * SteepestSample();
        double[] full = new double[d], dual = new double[d], v = new double[d], x = [.. state.Origin], y = [.. state.Origin];
        double[] before = new double[d], mixed = new double[d], mixedBefore = new double[d], mean = new double[d], total = new double[d];
        int[] all = [.. Enumerable.Range(0, d)];
        var outputs = new double[n];
        double step = 1 / (4 * smoothness), sum = step;
        state.OutputsAt(state.Origin, outputs);
        state.Partial(all, outputs, full);
        run.Count(gradients: n);
        for (var i = 0; i < d; i++)
        {
            dual[i] = inner * step * full[i];
            mean[i] = v[i] = state.Proximal(i, state.Origin[i] - (step * full[i]), sum);
        }

        while (true)
        {
            state.OutputsAt(mean, outputs);
            state.Partial(all, outputs, full);
            run.Count(gradients: n);
            if (!run.Goes(mean, state.Measure(mean, full, smoothness)))
            {
                return mean;
            }

            var last = step;
            step = Math.Sqrt(inner * sum * (1 + (sum * state.Problem.SquareWeight)) / (8 * smoothness));
            var whole = sum + step;
            Array.Clear(total);
            for (var k = 1; k <= inner; k++)
            {
                x.CopyTo(before, 0);
                before.CopyTo(mixedBefore, 0);
                for (var i = 0; i < d; i++)
                {
                    x[i] = ((sum * mean[i]) + (step * v[i])) / whole;
                }

                x.CopyTo(mixed, 0);
                for (var b = state.Blocks.Count - 1; b >= 0; b--)
                {
                    var t = random.NextInt(n);
                    var row = _rows.AsSpan(t * d, d);
                    var slope = Slope(t, row, mixed) - Slope(t, row, mean);
                    var missed = Slope(t, row, before) - Slope(t, row, mixedBefore);
                    var correction = k == 1 ? last : step;
                    foreach (var i in state.Blocks[b])
                    {
                        dual[i] += (step * ((n * slope * row[i]) + full[i])) + (correction * n * missed * row[i]);
                        v[i] = state.Proximal(i, state.Origin[i] - (dual[i] / inner), sum + (step * k / inner));
                    }

                    foreach (var i in state.Blocks[b])
                    {
                        // The last pass's y is replaced only after it served as that pass's point.
                        mixedBefore[i] = y[i];
                        y[i] = ((sum * mean[i]) + (step * v[i])) / whole;
                        mixed[i] = y[i];
                    }
                }

                run.Count(gradients: 4);
                VectorMath.Add(total, 1, y);
            }

            for (var i = 0; i < d; i++)
            {
                mean[i] = total[i] / inner;
            }

            sum = whole;
        }
    }

    private double Slope(int sample, ReadOnlySpan<double> row, ReadOnlySpan<double> point) =>
        state.Problem.Slope(sample, VectorMath.Dot(row, point));

    private double SteepestSample()
    {
        var most = 0.0;
        for (var t = 0; t < state.Problem.Outputs; t++)
        {
            var row = _rows.AsSpan(t * Dimension, Dimension);
            most = Math.Max(most, VectorMath.Dot(row, row));
        }

        return most > 0 ? most * state.Problem.Bend * state.Problem.Outputs : 1;
    }

    private static double[] RowsOf(CyclicState state)
    {
        int n = state.Problem.Outputs, d = state.Origin.Length;
        var rows = new double[n * d];
        for (var j = 0; j < d; j++)
        {
            var column = state.Problem.Column(j);
            for (var t = 0; t < n; t++)
            {
                rows[(t * d) + j] = column[t];
            }
        }

        return rows;
    }
}
