using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Gradient steps of two players, each of whom foresees the other's move.</summary>
/// <remarks>
/// <para>Update, with D = D²xy f: p = (I + α² D D')⁻¹ (∇x f + α D ∇y f), q = ∇y f - α D' p;
/// x = x - η p, y = y + η q. The system is solved by conjugate gradients. The optimistic variant first looks at
/// (x - η p, y + η q) and makes the step from (x, y) with p and q of that point.</para>
/// <para>Needs: both gradients, and products with the mixed second derivative.</para>
/// <para>Choose it: for min-max problems in which gradient descent ascent circles; not where mixed derivatives are
/// noise.</para>
/// </remarks>
/// <param name="options">Step and foresight.</param>
[Method("cgo", Family.FirstOrder, Paper = "arXiv:2205.14232", Title = "Competitive Gradient Optimization")]
[Departs("The system is solved for the first player only; the second player's step follows from it without a second solve.")]
public sealed class Cgo(CgoOptions options) : ICataloguedMethod<CgoOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "D = D2xy f(x, y)",
        "p = (I + alpha^2 * D * D')^-1 * (grad_x f + alpha * D * grad_y f)",
        "q = grad_y f - alpha * D' * p",
        "x[t+1] = x[t] - learningRate * p",
        "y[t+1] = y[t] + learningRate * q",
        "optimistic: p and q are those at (x[t] - learningRate * p, y[t] + learningRate * q)",
    ];

    /// <summary>Looks for a saddle point.</summary>
    /// <param name="game">The game.</param>
    /// <param name="startX">Where the first player begins.</param>
    /// <param name="startY">Where the second player begins.</param>
    /// <param name="stop">When to end; the tolerance is held against the norm of both gradients together.</param>
    /// <param name="observer">Is told after each iteration, with x and then y as the point; null: nobody.</param>
    /// <returns>x and then y, the game's value and the counts; a game has no best point but the last.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public ProcedureResult Solve(
        IGame game,
        ReadOnlySpan<double> startX,
        ReadOnlySpan<double> startY,
        StoppingRule stop,
        ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        options.ThrowIfInvalid();
        var m = game.MinimizerDimension;
        double[] z = [.. ProcedureRun.StartOf(startX, m), .. ProcedureRun.StartOf(startY, game.MaximizerDimension)];
        var run = new ProcedureRun(stop, observer, "Lower CgoOptions.LearningRate, or raise Alpha.");
        var moves = new Moves(game, options, run);
        var seen = new double[z.Length];
        var norm = moves.Compute(z);
        while (run.Goes(z, norm))
        {
            if (options.Optimistic)
            {
                z.CopyTo(seen, 0);
                moves.Apply(seen);
                _ = moves.Compute(seen);
            }

            moves.Apply(z);
            norm = moves.Compute(z);
        }

        var value = game.Value(z.AsSpan(0, m), z.AsSpan(m));
        run.Count(values: 1);
        return run.Result(z, value, norm);
    }

    // The pair (p, q) at a point.
    private sealed class Moves(IGame game, CgoOptions options, ProcedureRun run)
    {
        private readonly double[] _p = new double[game.MinimizerDimension];
        private readonly double[] _q = new double[game.MaximizerDimension];
        private readonly double[] _gx = new double[game.MinimizerDimension];
        private readonly double[] _gy = new double[game.MaximizerDimension];
        private readonly double[] _x = new double[game.MinimizerDimension];
        private readonly double[] _y = new double[game.MaximizerDimension];

        public void Apply(Span<double> z)
        {
            VectorMath.Add(z[.._p.Length], -options.LearningRate, _p);
            VectorMath.Add(z[_p.Length..], options.LearningRate, _q);
        }

        // Returns the norm of both gradients.
        public double Compute(ReadOnlySpan<double> z)
        {
            z[.._x.Length].CopyTo(_x);
            z[_x.Length..].CopyTo(_y);
            game.Gradients(_x, _y, _gx, _gy);
            run.Count(gradients: 1);
            var norm = Math.Sqrt(VectorMath.Dot(_gx, _gx) + VectorMath.Dot(_gy, _gy));
            _gx.CopyTo(_p, 0);
            _gy.CopyTo(_q, 0);
            if (options.Alpha == 0)
            {
                return norm;
            }

            var right = new double[_p.Length];
            game.MixedTimes(_x, _y, _gy, right);
            for (var i = 0; i < right.Length; i++)
            {
                right[i] = _gx[i] + (options.Alpha * right[i]);
            }

            SolveInto(right);
            var back = new double[_q.Length];
            game.MixedTransposedTimes(_x, _y, _p, back);
            VectorMath.Add(_q, -options.Alpha, back);
            run.Count(products: 2);
            return norm;
        }

        // Conjugate gradients on (I + α² D D') p = right, from p = 0.
        private void SolveInto(double[] right)
        {
            Array.Clear(_p);
            double[] residual = [.. right], direction = [.. right];
            double[] inner = new double[_q.Length], image = new double[_p.Length];
            var square = VectorMath.Dot(residual, residual);
            var enough = options.SolveTolerance * options.SolveTolerance * square;
            // In exact arithmetic as many steps as dimensions are enough; rounding may want some more.
            for (var k = 0; k < (2 * _p.Length) + 10 && square > enough; k++)
            {
                game.MixedTransposedTimes(_x, _y, direction, inner);
                game.MixedTimes(_x, _y, inner, image);
                run.Count(products: 2);
                for (var i = 0; i < image.Length; i++)
                {
                    image[i] = direction[i] + (options.Alpha * options.Alpha * image[i]);
                }

                var rate = square / VectorMath.Dot(direction, image);
                VectorMath.Add(_p, rate, direction);
                VectorMath.Add(residual, -rate, image);
                var next = VectorMath.Dot(residual, residual);
                for (var i = 0; i < direction.Length; i++)
                {
                    direction[i] = residual[i] + (next / square * direction[i]);
                }

                square = next;
            }
        }
    }
}
