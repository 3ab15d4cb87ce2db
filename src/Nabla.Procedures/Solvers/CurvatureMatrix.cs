using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Fills the matrix of second derivatives where a solver is, or one that stands for it.</summary>
internal static class CurvatureMatrix
{
    /// <summary>What to say where a number in the matrix is not finite.</summary>
    public const string NotFinite =
        "The second derivative is not finite where the value is. Begin elsewhere, or use a solver that needs gradients only.";

    /// <summary>
    /// Column by column by products; of a function without products by differences of gradients. The result is symmetric. False where
    /// a number in it is not finite.
    /// </summary>
    public static bool Fill(SolverState state, CurvatureModel model, double[] matrix)
    {
        var n = state.Dimension;
        double[] unit = new double[n], column = new double[n], moved = [.. state.Point];
        for (var j = 0; j < n; j++)
        {
            if (model != CurvatureModel.Exact || state.Objective.IsCurved)
            {
                unit[j] = 1;
                if (model == CurvatureModel.Exact)
                {
                    state.Objective.HessianTimes(state.Point, unit, column);
                }
                else
                {
                    state.Objective.ModelTimes(model, state.Point, unit, column);
                }

                unit[j] = 0;
            }
            else
            {
                var width = 1e-7 * Math.Max(1, Math.Abs(state.Point[j]));
                moved[j] += width;
                state.Objective.Gradient(moved, column);
                moved[j] = state.Point[j];
                for (var i = 0; i < n; i++)
                {
                    column[i] = (column[i] - state.Gradient[i]) / width;
                }
            }

            column.CopyTo(matrix, j * n);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                matrix[(i * n) + j] = matrix[(j * n) + i] = 0.5 * (matrix[(i * n) + j] + matrix[(j * n) + i]);
            }
        }

        return VectorMath.AllFinite(matrix);
    }
}
