using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Solvers;

/// <summary>Newton's method for equality constraints whose systems are solved by random sketches, no further than descent needs.</summary>
/// <remarks>
/// <para>Update: (x, λ) = (x, λ) + α d, where d nearly solves the Newton system of the Lagrangian; α is halved until
/// f + c'λ + η₁‖c‖²/2 + η₂‖∇L‖²/2 falls enough. Where d does not descend, η₁ grows, η₂ and the allowed residual shrink.</para>
/// <para>Needs: values, gradients and products with second derivatives of the function and its constraints.</para>
/// <para>Choose it: for smooth problems with equalities whose Newton system is well conditioned; sketches of ill-conditioned systems
/// take very many steps.</para>
/// </remarks>
/// <param name="options">Sketch, accuracy and merit.</param>
[Method(
    "sketch-newton-al",
    Family.Solvers,
    Paper = "arXiv:2305.18379",
    Title = "Constrained Optimization via Exact Augmented Lagrangian and Randomized Iterative Sketching")]
[Departs("The allowed residual is delta times the right side, tightened where a direction does not descend; the paper's constants, which make descent sure beforehand and ask for far more sketches, come with theory = true.")]
[Departs("The slope of the merit has the second derivative of the Lagrangian; the authors' code (IlgeeHong/AdaSketch-Newton) has that of the function in its place. The paper's text was not at hand.")]
[Departs("Several equations can be sketched at once; the authors sketch one.")]
public sealed class SketchNewtonAl(SketchNewtonAlOptions options) : ICataloguedMethod<SketchNewtonAlOptions>
{
    private const double LeastAccuracy = 1e-6;
    private const double Extreme = 1e12;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "K d = -(grad_x L, c),  K = (B G'; G 0),  B = H + t * I,  t = 0 or regularization + |H| where H is not convex along the constraints",
        "d = d - K S (S' K^2 S)^-1 S' (K d + (grad_x L, c)) for drawn S until |K d + (grad_x L, c)| <= theta * delta * |(grad_x L, c)|",
        "merit = f + c' lambda + eta1 * |c|^2 / 2 + eta2 * |grad_x L|^2 / 2",
        "eta1 = nu^2 * eta1, eta2 = eta2 / nu, delta = delta / nu^4 where the slope of the merit along d is above -eta2 * |(grad_x L, c)|^2 / 2",
        "(x, lambda) = (x, lambda) + alpha * d;  alpha / 2 where the merit falls by less than beta * alpha * slope",
        "theory: |K| * Psi * |K d + (grad_x L, c)| <= theta * delta * |(grad_x L, c)|,  delta <= (1/2 - beta) * eta2 / ((1 + eta1 + eta2) * Upsilon^2 * Psi^2)",
    ];

    /// <summary>Minimizes under equality constraints.</summary>
    /// <param name="problem">The function with its constraints.</param>
    /// <param name="start">Where to begin; it need not satisfy the constraints.</param>
    /// <param name="stop">When to end; the tolerance is held against the norm of the Lagrangian's gradient and the constraints.</param>
    /// <param name="seed">Decides the sketches.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>
    /// The last point with multipliers, and every iteration. Constraints are asked for wherever the function is and counted with it.
    /// </returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">The start does not fit, or there are more constraints than variables.</exception>
    public SketchNewtonAlResult Minimize(
        IConstrainedObjective problem, ReadOnlySpan<double> start, StoppingRule stop, Seed seed, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        if (problem.Constraints < 1 || problem.Constraints > problem.Dimension)
        {
            throw new ArgumentException(
                $"There are {problem.Constraints} constraints on {problem.Dimension} variables. Give from 1 to {problem.Dimension}; without any, use another solver.",
                nameof(problem));
        }

        var point = ProcedureRun.StartOf(start, problem.Dimension);
        var run = new ProcedureRun(stop, observer, "Begin elsewhere, or scale the variables.");
        var state = new ConstrainedState(problem, run, point, new double[problem.Constraints]);
        List<SketchNewtonAlStep> steps = [];
        state.Evaluate();
        if (!double.IsFinite(state.Value) || !double.IsFinite(state.Residual))
        {
            run.End(EndingKind.NonFinite, "The value, a constraint or a gradient at the start is not finite. Begin where the function is defined.");
        }
        else
        {
            Search(state, run, new RandomStream(seed.Derive("sketches")), steps);
        }

        return new SketchNewtonAlResult(
            run.Result(state.Point, state.Value, state.Residual), [.. state.Multipliers], VectorMath.Norm(state.Values), steps);
    }

    private void Search(ConstrainedState state, ProcedureRun run, RandomStream random, List<SketchNewtonAlStep> steps)
    {
        var size = state.N + state.M;
        var system = new SketchedSystem(state.System, size, options.Sketch, Math.Min(options.SketchSize, size), random);
        var merit = new MeritWeights(options);
        var right = new double[size];
        var theta = 1.0;
        while (run.Goes(state.Point, state.Residual))
        {
            if (!state.Fill(options.Regularization))
            {
                run.End(EndingKind.NonFinite, CurvatureMatrix.NotFinite);
                return;
            }

            if (state.Independence <= 1e-14 * VectorMath.Dot(state.Jacobian, state.Jacobian))
            {
                run.End(EndingKind.Failed, "The gradients of the constraints depend on each other here. Begin elsewhere, or leave a constraint out.");
                return;
            }

            for (var i = 0; i < size; i++)
            {
                right[i] = i < state.N ? -state.Slope[i] : -state.Values[i - state.N];
            }

            var sketches = Solve(state, system, merit, right, theta);
            if (!merit.Descends(state, system.Solution))
            {
                run.End(
                    EndingKind.Stalled,
                    $"After {sketches} sketches the direction does not descend; the residual of the optimality conditions is {state.Residual:G3}. Raise SketchNewtonAlOptions.SketchSteps or SketchSize, or begin elsewhere.");
                return;
            }

            var length = Walk(state, system.Solution, merit);
            if (length == 0)
            {
                run.End(
                    EndingKind.Stalled,
                    $"No step lowers the merit any more; the residual of the optimality conditions is {state.Residual:G3}. The point is as good as rounding allows: raise StoppingRule.Tolerance.");
                return;
            }

            steps.Add(new SketchNewtonAlStep(state.Residual, length, sketches));
            theta *= options.Sharpening;
        }
    }

    /// <summary>Sketches until the direction is near enough and descends; how many sketches it took.</summary>
    private int Solve(ConstrainedState state, SketchedSystem system, MeritWeights merit, double[] right, double theta)
    {
        var (norm, caution) = (VectorMath.Norm(right), options.Theory ? merit.Caution(state) : 1);
        var sketches = 0;
        system.Begin(right);
        while (true)
        {
            var limit = theta * merit.Accuracy * norm / caution;
            while (sketches < options.SketchSteps && VectorMath.Norm(system.Residual) > limit)
            {
                system.Step();
                sketches++;
            }

            if (sketches >= options.SketchSteps || merit.IsExtreme || merit.Descends(state, system.Solution))
            {
                return sketches;
            }

            merit.Tighten(state);
        }
    }

    /// <summary>Moves along the direction by halves until the merit falls enough; 0 where it never does.</summary>
    private double Walk(ConstrainedState state, double[] direction, MeritWeights merit)
    {
        var (value, slope) = (merit.Of(state), merit.Slope(state, direction));
        double[] point = [.. state.Point], multipliers = [.. state.Multipliers];
        for (var length = 1.0; length > 1e-15; length /= 2)
        {
            for (var i = 0; i < point.Length; i++)
            {
                state.Point[i] = point[i] + (length * direction[i]);
            }

            for (var i = 0; i < multipliers.Length; i++)
            {
                state.Multipliers[i] = multipliers[i] + (length * direction[point.Length + i]);
            }

            state.Evaluate();
            if (merit.Of(state) <= value + (options.Sufficient * length * slope) + (1e-14 * Math.Abs(value)))
            {
                return length;
            }
        }

        point.CopyTo(state.Point, 0);
        multipliers.CopyTo(state.Multipliers, 0);
        state.Evaluate();
        return 0;
    }

    /// <summary>The weights of the merit function with the accuracy that goes with them.</summary>
    private sealed class MeritWeights(SketchNewtonAlOptions options)
    {
        private double _first = options.ConstraintPenalty;
        private double _second = options.GradientPenalty;

        /// <summary>δ.</summary>
        public double Accuracy { get; private set; } = options.Accuracy;

        public bool IsExtreme => _first > Extreme || _second < 1 / Extreme;

        public double Of(ConstrainedState state) => state.Merit(_first, _second);

        public double Slope(ConstrainedState state, double[] direction) => state.MeritSlope(_first, _second, direction);

        public bool Descends(ConstrainedState state, double[] direction) =>
            Slope(state, direction) <= -0.5 * _second * state.Residual * state.Residual;

        /// <summary>‖K‖ Ψ, with δ brought below the bound that goes with it.</summary>
        public double Caution(ConstrainedState state)
        {
            Accuracy = Math.Max(Math.Min(Accuracy, Bound(state)), LeastAccuracy);
            return VectorMath.Norm(state.System) * Psi(state);
        }

        public void Tighten(ConstrainedState state)
        {
            var growth = options.Growth;
            (_first, _second) = (_first * growth * growth, _second / growth);
            Accuracy /= growth * growth * growth * growth;
            if (options.Theory)
            {
                Accuracy = Math.Max(Math.Min(Accuracy, Bound(state)), LeastAccuracy);
            }
        }

        private double Bound(ConstrainedState state)
        {
            var (psi, size) = (Psi(state), Math.Max(Math.Max(VectorMath.Norm(state.Jacobian), VectorMath.Norm(state.Curvature)), 1));
            return (0.5 - options.Sufficient) * _second / ((1 + _first + _second) * size * size * psi * psi);
        }

        private double Psi(ConstrainedState state)
        {
            var squares = 0.0;
            for (var i = 0; i < state.N; i++)
            {
                for (var j = 0; j < state.N; j++)
                {
                    var entry = state.System[(i * (state.N + state.M)) + j];
                    squares += entry * entry;
                }
            }

            return 20 * Math.Max(squares, 1) / (Math.Min(state.Independence, 1) * Math.Min(options.Regularization, 1));
        }
    }
}
