using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments;

/// <summary>Weighted sums of models that lie in folders, of any architecture, tensor by tensor.</summary>
public static class ModelMerge
{
    private const int Shown = 3;

    /// <summary>Writes the weighted sum of the weights of folders.</summary>
    /// <param name="terms">
    /// At least one folder with its coefficient; all hold tensors of the same names and shapes. Files, types and tokenizer of the
    /// first are those of the result; tensors without fractions are the first's.
    /// </param>
    /// <param name="output">Made if missing; none of the folders.</param>
    /// <param name="progress">Is told the name of each tensor that is made; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two tensors; files that are whole stay.</param>
    /// <returns>How many tensors and numbers were written.</returns>
    /// <exception cref="DataException">A folder is missing, tensors do not fit, or a sum is beyond what its type holds.</exception>
    /// <exception cref="SafeTensorsException">A file is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static (int Tensors, long Numbers) Write(
        IReadOnlyList<(double Coefficient, string Folder)> terms,
        string output,
        IProgress<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var open = Open(terms, output);
        try
        {
            var entries = open[0].Weights.Entries;
            open[0].Weights.WriteCopy(output, name =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(name);
                return Sum(name, open);
            });
            return (entries.Count, entries.Values.Sum(e => e.Shape.Aggregate(1L, (a, b) => a * b)));
        }
        finally
        {
            open.ForEach(o => o.Weights.Dispose());
        }
    }

    /// <summary>Finds what <see cref="Write"/> would refuse before its first number.</summary>
    /// <param name="terms">The folders with their coefficients.</param>
    /// <param name="output">Where the sum would go.</param>
    /// <exception cref="DataException">A folder is missing or is the output, or tensors do not fit.</exception>
    /// <exception cref="SafeTensorsException">A file is damaged.</exception>
    public static void Check(IReadOnlyList<(double Coefficient, string Folder)> terms, string output) =>
        Open(terms, output).ForEach(o => o.Weights.Dispose());

    private static List<(double Coefficient, WeightFolder Weights)> Open(IReadOnlyList<(double Coefficient, string Folder)> terms, string output)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThan(terms.Count, 1, nameof(terms));
        List<(double Coefficient, WeightFolder Weights)> open = [];
        try
        {
            foreach (var (coefficient, folder) in terms)
            {
                open.Add((coefficient, WeightFolder.Open(folder)));
                if (Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) == Path.GetFullPath(output).TrimEnd(Path.DirectorySeparatorChar))
                {
                    throw new DataException($"'{output}' is the folder of a model that is read. Write to another.");
                }
            }

            foreach (var (_, weights) in open.Skip(1))
            {
                Compare(open[0].Weights, weights);
            }

            return open;
        }
        catch
        {
            open.ForEach(o => o.Weights.Dispose());
            throw;
        }
    }

    private static Tensor Sum(string name, List<(double Coefficient, WeightFolder Weights)> open)
    {
        using var scope = new TensorScope();
        var sum = WeightCombination.Of([.. open.Select(o => (o.Coefficient, o.Weights.Load(name)))]);
        if (sum.DType.IsFloatingPoint() && !double.IsFinite((sum.To(DType.Float64) * 0.0).Sum().Item()))
        {
            throw new DataException(
                $"The sum of '{name}' has a number that is not finite in {sum.DType}. Check the models, or choose a smaller scale.");
        }

        return sum.MoveToOuter();
    }

    private static void Compare(WeightFolder first, WeightFolder other)
    {
        var (own, theirs) = (first.Entries, other.Entries);
        string[] faults =
        [
            .. own.Keys.Where(n => !theirs.ContainsKey(n)).Order(StringComparer.Ordinal).Select(n => $"'{n}' is missing"),
            .. theirs.Keys.Where(n => !own.ContainsKey(n)).Order(StringComparer.Ordinal).Select(n => $"'{n}' is too much"),
            .. own.Where(e => theirs.TryGetValue(e.Key, out var t) && !t.Shape.SequenceEqual(e.Value.Shape)).OrderBy(e => e.Key, StringComparer.Ordinal)
                .Select(e => $"'{e.Key}' is [{string.Join(", ", theirs[e.Key].Shape)}] instead of [{string.Join(", ", e.Value.Shape)}]"),
        ];
        if (faults.Length > 0)
        {
            var more = faults.Length > Shown ? $", and {faults.Length - Shown} more" : string.Empty;
            throw new DataException(
                $"'{other.Folder}' does not fit '{first.Folder}': {string.Join(", ", faults.Take(Shown))}{more}. Merge models of one architecture.");
        }
    }
}
