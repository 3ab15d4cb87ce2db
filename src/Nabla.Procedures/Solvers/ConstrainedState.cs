using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;
using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>A point with multipliers: values, gradients and the Newton system of the Lagrangian there.</summary>
internal sealed class ConstrainedState
{
    private readonly IConstrainedObjective _objective;
    private readonly ProcedureRun _run;
    private readonly double[] _gradient;

    public ConstrainedState(IConstrainedObjective objective, ProcedureRun run, double[] point, double[] multipliers)
    {
        (_objective, _run, Point, Multipliers) = (objective, run, point, multipliers);
        (N, M) = (objective.Dimension, objective.Constraints);
        (_gradient, Slope, Values, Jacobian) = (new double[N], new double[N], new double[M], new double[M * N]);
        Curvature = new double[N * N];
        System = new double[(N + M) * (N + M)];
    }

    public int N { get; }

    public int M { get; }

    public double[] Point { get; }

    public double[] Multipliers { get; }

    /// <summary>f.</summary>
    public double Value { get; private set; }

    /// <summary>c.</summary>
    public double[] Values { get; }

    /// <summary>G, row by row.</summary>
    public double[] Jacobian { get; }

    /// <summary>The gradient of the Lagrangian in x.</summary>
    public double[] Slope { get; }

    /// <summary>The second derivative of the Lagrangian in x.</summary>
    public double[] Curvature { get; }

    /// <summary>The matrix of the Newton system, N + M rows.</summary>
    public double[] System { get; }

    /// <summary>What was added to the diagonal of the curvature in the system.</summary>
    public double Shift { get; private set; }

    /// <summary>The least eigenvalue of G G'.</summary>
    public double Independence { get; private set; }

    /// <summary>The norm of the Lagrangian's gradient and the constraints.</summary>
    public double Residual => Math.Sqrt(VectorMath.Dot(Slope, Slope) + VectorMath.Dot(Values, Values));

    /// <summary>Evaluates at the point.</summary>
    public void Evaluate()
    {
        Value = _objective.Value(Point);
        _objective.Gradient(Point, _gradient);
        _objective.Constrain(Point, Values);
        _objective.Jacobian(Point, Jacobian);
        _run.Count(values: 1, gradients: 1);
        _gradient.CopyTo(Slope, 0);
        for (var i = 0; i < M; i++)
        {
            VectorMath.Add(Slope, Multipliers[i], Jacobian.AsSpan(i * N, N));
        }
    }

    /// <summary>f + c'λ + η₁‖c‖²/2 + η₂‖∇L‖²/2.</summary>
    public double Merit(double first, double second) => Value + VectorMath.Dot(Values, Multipliers)
        + (0.5 * first * VectorMath.Dot(Values, Values)) + (0.5 * second * VectorMath.Dot(Slope, Slope));

    /// <summary>The slope of the merit along a direction of point and multipliers.</summary>
    public double MeritSlope(double first, double second, ReadOnlySpan<double> direction)
    {
        var along = direction[..N];
        double sum = VectorMath.Dot(Slope, along) + VectorMath.Dot(Values, direction[N..]);
        for (var i = 0; i < N; i++)
        {
            sum += second * along[i] * VectorMath.Dot(Curvature.AsSpan(i * N, N), Slope);
        }

        for (var i = 0; i < M; i++)
        {
            var row = Jacobian.AsSpan(i * N, N);
            sum += (first * Values[i] * VectorMath.Dot(row, along)) + (second * direction[N + i] * VectorMath.Dot(row, Slope));
        }

        return sum;
    }

    /// <summary>Fills the curvature and the Newton system; false where a number in it is not finite.</summary>
    public bool Fill(double regularization)
    {
        double[] unit = new double[N], column = new double[N], other = new double[N];
        for (var j = 0; j < N; j++)
        {
            unit[j] = 1;
            _objective.HessianTimes(Point, unit, column);
            _objective.ConstraintCurvatureTimes(Point, Multipliers, unit, other);
            unit[j] = 0;
            for (var i = 0; i < N; i++)
            {
                Curvature[(j * N) + i] = column[i] + other[i];
            }
        }

        _run.Count(products: N);
        if (!VectorMath.AllFinite(Curvature) || !VectorMath.AllFinite(Jacobian))
        {
            return false;
        }

        for (var i = 0; i < N; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Curvature[(i * N) + j] = Curvature[(j * N) + i] = 0.5 * (Curvature[(i * N) + j] + Curvature[(j * N) + i]);
            }
        }

        var jacobian = RowMajor(M, N, Jacobian);
        Independence = (jacobian * jacobian.Transpose()).Evd(Symmetricity.Symmetric).EigenValues.Min(v => v.Real);
        Shift = IsConvexAlong(jacobian) ? 0 : regularization + VectorMath.Norm(Curvature);
        var size = N + M;
        Array.Clear(System);
        for (var i = 0; i < N; i++)
        {
            Curvature.AsSpan(i * N, N).CopyTo(System.AsSpan(i * size, N));
            System[(i * size) + i] += Shift;
            for (var k = 0; k < M; k++)
            {
                System[(i * size) + N + k] = System[((N + k) * size) + i] = Jacobian[(k * N) + i];
            }
        }

        return true;
    }

    private bool IsConvexAlong(Matrix<double> jacobian)
    {
        if (M == N)
        {
            return true;
        }

        var basis = jacobian.Transpose().QR(QRMethod.Full).Q.SubMatrix(0, N, M, N - M);
        var reduced = basis.Transpose() * RowMajor(N, N, Curvature) * basis;
        return (0.5 * (reduced + reduced.Transpose())).Evd(Symmetricity.Symmetric).EigenValues.Min(v => v.Real) >= 1e-6;
    }

    private static DenseMatrix RowMajor(int rows, int columns, double[] numbers) =>
        DenseMatrix.Create(rows, columns, (i, j) => numbers[(i * columns) + j]);
}
