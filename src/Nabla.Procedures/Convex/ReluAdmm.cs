using MathNet.Numerics.LinearAlgebra;
using Nabla.Engine;

namespace Nabla.Procedures.Convex;

/// <summary>The alternating direction method of multipliers on a <see cref="ReluProgram"/>.</summary>
internal sealed class ReluAdmm
{
    private readonly ReluProgram _program;
    private readonly double _rho;
    private readonly double _dualStep;
    private readonly Matrix<double> _blockInverse;
    private readonly Matrix<double> _complement;
    private readonly double[] _u;
    private readonly double[] _reachU;
    private readonly double[] _outputsU;
    private readonly double[] _right;
    private readonly double[] _solved;
    private readonly double[] _before;

    // The copies and their multipliers: weights, reaches with perturbable weights, outputs with theirs.
    private readonly double[] _v;
    private readonly double[] _lambda;
    private readonly double[] _s;
    private readonly double[] _nu;
    private readonly double[] _z;
    private readonly double[] _zeta;

    public ReluAdmm(ReluProgram program, double rho, double dualStep)
    {
        (_program, _rho, _dualStep) = (program, rho, dualStep);
        int d = program.Dimension, n = program.Rows.Count, wide = 1 + program.Perturbed;
        _u = new double[program.Groups * d];
        (_v, _lambda, _right) = (new double[_u.Length], new double[_u.Length], new double[_u.Length]);
        _s = new double[program.Groups * (n + program.Perturbed)];
        (_nu, _reachU) = (new double[_s.Length], new double[_s.Length]);
        _z = new double[n * wide];
        (_zeta, _outputsU, _solved) = (new double[_z.Length], new double[_z.Length], new double[_z.Length]);
        _before = new double[_u.Length + _s.Length + _z.Length];

        // Each group meets the same matrix, as (2 D - I)² = I; what couples groups has the rank of the outputs.
        _blockInverse = Matrix<double>.Build.Dense(d, d, (i, j) =>
        {
            var sum = i != j ? 0 : i < program.Perturbed ? 2.0 : 1;
            for (var k = 0; k < n; k++)
            {
                sum += program.Row(k)[i] * program.Row(k)[j];
            }

            return sum;
        }).Inverse();
        _complement = Complement(n, wide).Cholesky().Solve(Matrix<double>.Build.DenseIdentity(n * wide));
    }

    /// <summary>The squared loss without perturbation stays in the linear step, as in the paper; other losses get a copy of the outputs.</summary>
    private bool IsDirect => _program.Loss == ReluLoss.Squared && _program.Epsilon == 0;

    private double OutputWeight => IsDirect ? 1 / _rho : 1;

    /// <summary>The weights of the program; whole groups are zero.</summary>
    public ReadOnlySpan<double> Weights => _v;

    /// <summary>How far the last step moved copies and multipliers, as a share of their size (at least 1).</summary>
    public double Residual { get; private set; } = double.PositiveInfinity;

    /// <summary>Begins at random weights, of that standard deviation, and at reaches that fit them.</summary>
    public void Start(double scale, Seed seed)
    {
        var random = new RandomStream(seed);
        for (var i = 0; i < _v.Length; i++)
        {
            _v[i] = _u[i] = scale * random.NextGaussian();
        }

        ReachAll();
        _reachU.CopyTo(_s, 0);
        ProjectReaches();
        _program.Outputs(_u, _z);
    }

    public void Step()
    {
        Remember();
        SolveWeights();
        ReachAll();
        _program.Outputs(_u, _outputsU);
        Shrink();
        Sum(_reachU, _nu, _s);
        ProjectReaches();
        if (!IsDirect)
        {
            MoveOutputs();
        }

        double off = 0, moved = 0, size = 0;
        Measure(_u, _v, 0, ref off, ref moved, ref size);
        Measure(_reachU, _s, _u.Length, ref off, ref moved, ref size);
        if (!IsDirect)
        {
            Measure(_outputsU, _z, _u.Length + _s.Length, ref off, ref moved, ref size);
        }

        Residual = Math.Sqrt(Math.Max(off, moved)) / Math.Max(1, Math.Sqrt(size));
        Climb(_lambda, _u, _v);
        Climb(_nu, _reachU, _s);
        if (!IsDirect)
        {
            Climb(_zeta, _outputsU, _z);
        }
    }

    /// <summary>(I + 2 c X M X' ∘ N)-like matrix of the outputs: what is left when the groups are eliminated.</summary>
    private Matrix<double> Complement(int n, int wide)
    {
        int d = _program.Dimension;
        var output = Matrix<double>.Build.Dense(wide, d);
        Matrix<double> Map(int k)
        {
            output.SetRow(0, _program.Row(k).ToArray());
            for (var j = 0; j < wide - 1; j++)
            {
                output[1 + j, j] = 1;
            }

            return output.Clone();
        }

        var maps = Enumerable.Range(0, n).Select(Map).ToArray();
        var matrix = Matrix<double>.Build.Dense(n * wide, n * wide);
        for (var a = 0; a < n; a++)
        {
            var left = maps[a] * _blockInverse;
            for (var b = 0; b <= a; b++)
            {
                var block = 2.0 * _program.Together(a, b) * left.TransposeAndMultiply(maps[b]);
                matrix.SetSubMatrix(a * wide, b * wide, block);
                matrix.SetSubMatrix(b * wide, a * wide, block.Transpose());
            }
        }

        for (var i = 0; i < n * wide; i++)
        {
            matrix[i, i] += 1 / OutputWeight;
        }

        return matrix;
    }

    /// <summary>The u that minimizes the augmented Lagrangian: (B + c Q'Q) u = right, by way of the complement.</summary>
    private void SolveWeights()
    {
        int d = _program.Dimension, n = _program.Rows.Count, p = _program.Perturbed;
        for (var g = 0; g < _program.Groups; g++)
        {
            var right = _right.AsSpan(g * d, d);
            var at = g * (n + p);
            var pull = new double[n + p];
            for (var k = 0; k < n + p; k++)
            {
                pull[k] = _s[at + k] - _nu[at + k];
            }

            for (var j = 0; j < d; j++)
            {
                right[j] = _v[(g * d) + j] - _lambda[(g * d) + j] + (j < p ? pull[n + j] : 0);
            }

            _program.AddBack(g, pull.AsSpan(0, n), right);
        }

        if (IsDirect)
        {
            for (var k = 0; k < n; k++)
            {
                _solved[k] = _program.Rows.Labels[k] / _rho;
            }
        }
        else
        {
            for (var i = 0; i < _z.Length; i++)
            {
                _solved[i] = _z[i] - _zeta[i];
            }
        }

        _program.AddOutputsBack(_solved, _right);
        Divide();
        _program.Outputs(_u, _outputsU);
        for (var i = 0; i < _solved.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < _solved.Length; j++)
            {
                sum += _complement[i, j] * _outputsU[j];
            }

            _solved[i] = -sum;
        }

        _program.AddOutputsBack(_solved, _right);
        Divide();
    }

    /// <summary>u = the right side divided by the matrix of each group.</summary>
    private void Divide()
    {
        var d = _program.Dimension;
        for (var g = 0; g < _program.Groups; g++)
        {
            for (var i = 0; i < d; i++)
            {
                var sum = 0.0;
                for (var j = 0; j < d; j++)
                {
                    sum += _blockInverse[i, j] * _right[(g * d) + j];
                }

                _u[(g * d) + i] = sum;
            }
        }
    }

    private void ReachAll()
    {
        int d = _program.Dimension, n = _program.Rows.Count, p = _program.Perturbed;
        for (var g = 0; g < _program.Groups; g++)
        {
            var u = _u.AsSpan(g * d, d);
            _program.Reach(g, u, _reachU.AsSpan(g * (n + p), n));
            u[..p].CopyTo(_reachU.AsSpan((g * (n + p)) + n));
        }
    }

    private void ProjectReaches()
    {
        int n = _program.Rows.Count, p = _program.Perturbed;
        for (var g = 0; g < _program.Groups; g++)
        {
            var s = _s.AsSpan(g * (n + p), n);
            if (p > 0)
            {
                RobustCone.Project(s, _s.AsSpan((g * (n + p)) + n, p), _program.Epsilon);
                continue;
            }

            for (var k = 0; k < n; k++)
            {
                s[k] = Math.Max(s[k], 0);
            }
        }
    }

    /// <summary>Groups lose β/ρ of their length; shorter ones become zero.</summary>
    private void Shrink()
    {
        Sum(_u, _lambda, _v);
        var d = _program.Dimension;
        for (var g = 0; g < _program.Groups; g++)
        {
            var v = _v.AsSpan(g * d, d);
            var norm = VectorMath.Norm(v);
            VectorMath.Scale(v, norm == 0 ? 0 : Math.Max(1 - (_program.Beta / (_rho * norm)), 0));
        }
    }

    private void MoveOutputs()
    {
        Sum(_outputsU, _zeta, _z);
        int n = _program.Rows.Count, wide = 1 + _program.Perturbed;
        var weight = ReluLosses.Weight(_program.Loss, n);
        for (var k = 0; k < n; k++)
        {
            var row = _z.AsSpan(k * wide, wide);
            ReluLosses.Prox(_program.Loss, weight, _rho, _program.Epsilon, _program.Rows.Labels[k], ref row[0], row[1..]);
        }
    }

    private void Remember()
    {
        _v.CopyTo(_before, 0);
        _s.CopyTo(_before, _v.Length);
        _z.CopyTo(_before, _v.Length + _s.Length);
    }

    private void Measure(double[] image, double[] copy, int at, ref double off, ref double moved, ref double size)
    {
        for (var i = 0; i < copy.Length; i++)
        {
            off += (image[i] - copy[i]) * (image[i] - copy[i]);
            moved += (copy[i] - _before[at + i]) * (copy[i] - _before[at + i]);
            size += copy[i] * copy[i];
        }
    }

    private void Climb(double[] multiplier, double[] image, double[] copy)
    {
        for (var i = 0; i < copy.Length; i++)
        {
            multiplier[i] += _dualStep * (image[i] - copy[i]);
        }
    }

    private static void Sum(double[] a, double[] b, double[] target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = a[i] + b[i];
        }
    }
}
