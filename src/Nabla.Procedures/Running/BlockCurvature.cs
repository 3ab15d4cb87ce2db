using MathNet.Numerics.LinearAlgebra;
using Nabla.Core;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures;

/// <summary>Bounds of the curvature of coordinates and of blocks, computed once where blocks are fixed.</summary>
internal sealed class BlockCurvature
{
    private readonly IComposite _problem;
    private readonly double[] _own;
    private readonly Lazy<double[]> _rowSums;
    private readonly Dictionary<int, double> _smoothness = [];
    private readonly bool _isFixed;

    public BlockCurvature(IComposite problem, int size, BlockKind kind)
    {
        _problem = problem;
        _isFixed = kind == BlockKind.Fixed;
        _own = new double[problem.Dimension];
        for (var i = 0; i < _own.Length; i++)
        {
            _own[i] = problem.Curvature(i, i);
            if (!(_own[i] > 0))
            {
                throw new ArgumentException(
                    $"Curvature({i}, {i}) was {_own[i]}; it must be above 0. Remove coordinates that do not matter, or bound them from above.",
                    nameof(problem));
            }
        }

        Partition = [.. Enumerable.Range(0, problem.Dimension).Chunk(size)];
        _rowSums = new(() => [.. Enumerable.Range(0, _own.Length).Select(i => RowSum(i, Enumerable.Range(0, _own.Length)))]);
    }

    public IReadOnlyList<int[]> Partition { get; }

    public double Own(int i) => _own[i];

    public double RowSum(int i) => _rowSums.Value[i];

    public double RowSum(int i, IEnumerable<int> block) => block.Sum(j => Math.Abs(_problem.Curvature(i, j)));

    /// <summary>The greatest eigenvalue of the block's curvature.</summary>
    public double Smoothness(int[] block)
    {
        if (_isFixed && _smoothness.TryGetValue(block[0], out var known))
        {
            return known;
        }

        var h = Matrix<double>.Build.Dense(block.Length, block.Length, (i, j) => _problem.Curvature(block[i], block[j]));
        var greatest = block.Length == 1 ? h[0, 0] : h.Evd(Symmetricity.Symmetric).EigenValues.Real().Maximum();
        if (_isFixed)
        {
            _smoothness[block[0]] = greatest;
        }

        return greatest;
    }
}
