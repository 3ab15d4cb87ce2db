namespace Nabla.Engine.Tests.MatrixFunctions;

public sealed class InverseRootTests
{
    public static TheoryData<int, double> Cases
    {
        get
        {
            var data = new TheoryData<int, double>();
            foreach (var p in new[] { 1, 2, 3, 4, 8 })
            {
                foreach (var condition in new[] { 1.0, 10, 1e4 })
                {
                    data.Add(p, condition);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_ChosenEigenvalues_GiveTheirInverseRoots(int p, double condition)
    {
        using var scope = new TensorScope();
        var (a, expected) = Matrices.Symmetric(p, Matrices.Logarithmic(5, 5 / condition, 24), x => Math.Pow(x, -1.0 / p));
        var size = Math.Pow(5 / condition, -1.0 / p);
        Assert.InRange(Matrices.Distance(InverseRoot.ByEigenvalues(a, p), expected) / size, 0, 1e-13 * condition);
        Assert.InRange(
            Matrices.Distance(InverseRoot.ByCoupledNewton(a, p, relativeRidge: 0, tolerance: 1e-13), expected) / size, 0, 1e-12 * condition);

        // In single precision the input alone is uncertain by a unit in the last place of the largest eigenvalue.
        var single = a.To(DType.Float32);
        Assert.InRange(Matrices.Distance(InverseRoot.ByEigenvalues(single, p), expected) / size, 0, 2e-6 * condition);
        Assert.InRange(Matrices.Distance(InverseRoot.ByCoupledNewton(single, p, 0), expected) / size, 0, 1e-5 * condition);
    }

    [Theory]
    [InlineData(1e-37)]
    [InlineData(1e-20)]
    [InlineData(1e20)]
    [InlineData(1e36)]
    public void Every_TinyAndHugeScales_OnlyScale(double scale)
    {
        using var scope = new TensorScope();
        var (a, root) = Matrices.Symmetric(2, [1, 0.8, 0.5, 0.3], x => Math.Pow(x, -0.25));
        var scaled = (a * scale).To(DType.Float32);
        var factor = Math.Pow(scale, 0.25);
        Assert.InRange(Matrices.Distance(InverseRoot.ByEigenvalues(scaled, 4).To(DType.Float64) * factor, root), 0, 1e-5);
        Assert.InRange(Matrices.Distance(InverseRoot.ByCoupledNewton(scaled, 4).To(DType.Float64) * factor, root), 0, 1e-5);
    }

    [Fact]
    public void Every_Singular_IsThePseudoInverseOrIsRaised()
    {
        using var scope = new TensorScope();
        var (a, pseudo) = Matrices.Symmetric(7, [4, 1, 0, 0], x => x > 0 ? Math.Pow(x, -0.5) : 0);
        var raised = Matrices.Symmetric(7, [4, 1, 0, 0], x => Math.Pow(Math.Max(x, 4 * 1e-4), -0.5)).Image;
        Assert.InRange(Matrices.Distance(InverseRoot.ByEigenvalues(a, 2), pseudo), 0, 1e-13);
        Assert.InRange(Matrices.Distance(InverseRoot.ByEigenvalues(a, 2, 1e-4), raised), 0, 1e-9);
        var ridged = Matrices.Symmetric(7, [4, 1, 0, 0], x => Math.Pow(x + (4 * 1e-4), -0.5)).Image;
        Assert.InRange(Matrices.Distance(InverseRoot.ByCoupledNewton(a, 2, 1e-4, 1e-12), ridged), 0, 1e-5 * 50);
    }

    [Fact]
    public void Every_ZeroAndBatch_WorkAsEachAlone()
    {
        using var scope = new TensorScope();
        Assert.All(InverseRoot.ByEigenvalues(Tensor.Zeros([3, 3]), 2).ToArray<float>(), x => Assert.Equal(0, x));
        Assert.All(InverseRoot.ByCoupledNewton(Tensor.Zeros([3, 3]), 2).ToArray<float>(), x => Assert.Equal(0, x));
        Assert.Empty(InverseRoot.ByEigenvalues(Tensor.Zeros([0, 0]), 2).ToArray<float>());
        var g = Matrices.Gaussian(3, 2, 3, 4, 9);
        var batch = g.Matmul(g.Transpose(-2, -1));
        var (byEigen, byNewton) = (InverseRoot.ByEigenvalues(batch, 4), InverseRoot.ByCoupledNewton(batch, 4, 0, 1e-12));
        Assert.Equal(batch.Shape, byNewton.Shape);
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                Assert.InRange(Matrices.Distance(byEigen[i, j], InverseRoot.ByEigenvalues(batch[i, j], 4)), 0, 1e-12);
                Assert.InRange(Matrices.Distance(byNewton[i, j], byEigen[i, j]), 0, 1e-9);
            }
        }
    }

    [Fact]
    public void Every_BadInput_IsRefusedWithASentence()
    {
        using var scope = new TensorScope();
        Assert.Contains("2×3", Assert.Throws<ArgumentException>(() => InverseRoot.ByEigenvalues(Tensor.Zeros([2, 3]), 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => InverseRoot.ByEigenvalues(Tensor.Zeros([2, 2]), 0));
        var infinite = Tensor.From<float>([float.PositiveInfinity, 0, 0, 1], 2, 2);
        Assert.Throws<ArgumentException>(() => InverseRoot.ByCoupledNewton(infinite, 2));
    }

    [Fact]
    public void Cholesky_OfPositiveSemidefinite_TakesTheSmallestRidge()
    {
        using var scope = new TensorScope();
        var a = Matrices.Symmetric(3, [4, 2, 1, 0.5], x => x).Matrix;
        var (factor, ridge) = RidgedCholesky.Of(a);
        Assert.Equal(0, ridge);
        Assert.InRange(Matrices.Distance(factor.Matmul(factor.T()), a), 0, 1e-14 * 10);
        var singular = Tensor.From<float>([1, 1, 1, 1], 2, 2) * 1e-30;
        var (lower, used) = RidgedCholesky.Of(singular);
        Assert.InRange(used, 0, 1e-5);
        Assert.InRange(Matrices.Distance(lower.Matmul(lower.T()) * 1e30, singular * 1e30), 0, 1e-5 + (2 * used));
        Assert.All(RidgedCholesky.Of(Tensor.Zeros([2, 3, 3])).Factor.ToArray<float>(), x => Assert.Equal(0, x));
        var indefinite = Tensor.From<double>([1, 0, 0, -1.5], 2, 2);
        Assert.Contains("not positive semidefinite", Assert.Throws<ArgumentException>(() => RidgedCholesky.Of(indefinite)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PowerIteration_SymmetricBatch_FindsTheLargest()
    {
        using var scope = new TensorScope();
        var a = Matrices.Symmetric(1, [0.3, -0.5, 2, 1], x => x).Matrix;
        var b = Matrices.Symmetric(2, [0.3, -7, 2, 1], x => x).Matrix;
        var found = ExtremeEigenvalues.PowerIteration(Ops.Stack([a, b])).ToArray<double>();
        Assert.Equal(2, found[0], 1e-9);
        Assert.Equal(7, found[1], 1e-9);
        Assert.Equal(0, ExtremeEigenvalues.PowerIteration(Tensor.Zeros([2, 2])).Item());
    }

    [Fact]
    public void Lanczos_OfDiagonal_FindsBothEnds()
    {
        const int Size = 400;
        double[] diagonal = [.. Enumerable.Range(0, Size).Select(i => -1 + (3.0 * i / (Size - 1)))];
        diagonal[0] = -2;
        diagonal[^1] = 5;
        void Product(ReadOnlyMemory<double> x, Memory<double> y)
        {
            for (var i = 0; i < Size; i++)
            {
                y.Span[i] = diagonal[i] * x.Span[i];
            }
        }

        var (smallest, largest) = ExtremeEigenvalues.Lanczos(Product, Size, 30, Seed.From(1));
        Assert.Equal(-2, smallest, 1e-8);
        Assert.Equal(5, largest, 1e-8);
        var early = ExtremeEigenvalues.Lanczos(Product, Size, 4, Seed.From(1));
        Assert.InRange(early.Smallest, -2, -0.5);
        Assert.InRange(early.Largest, 1, 5);
        var identity = ExtremeEigenvalues.Lanczos((x, y) => x.CopyTo(y), 3, 3, Seed.From(1));
        Assert.Equal(1, identity.Smallest, 1e-14);
        Assert.Equal(1, identity.Largest, 1e-14);
    }
}
