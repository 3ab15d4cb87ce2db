using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tasks;

namespace Nabla.Problems.Tests;

public sealed class TableTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Columns_become_features()
    {
        Put("x,colour,id,same,kind", i => $"{i},{(i % 2 == 0 ? "red" : "\"blue, dark\"")},name{i},1,{(i < 60 ? "a" : "b")}", 120);
        var table = Table.Load(_path, "kind", new Seed(1));
        Assert.Equal((TableKind.Classes, 3), (table.Kind, table.Width));
        Assert.Equal(["a", "b"], table.Classes);
        Assert.Equal((96, 24), (table.TrainingRows.Count, table.ValidationRows.Count));
        Assert.Empty(table.TrainingRows.Intersect(table.ValidationRows));
        Assert.Contains("'same'", table.Summary, StringComparison.Ordinal);
        Assert.Equal(0, table.TrainingRows.Average(row => (double)table.Features(row)[0]), 1e-5);
        Assert.Equal(1, table.TrainingRows.Average(row => Math.Pow(table.Features(row)[0], 2)), 1e-5);
        // Categories in ordinal order: "blue, dark", red.
        Assert.Equal((0f, 1f), (table.Features(0)[1], table.Features(0)[2]));
        Assert.Equal((1f, 0f), (table.Features(1)[1], table.Features(1)[2]));
        Assert.Equal((0f, 1f), (table.Label(59), table.Label(60)));
    }

    [Fact]
    public void Numbers_make_a_regression_and_empty_cells_the_mean()
    {
        Put("x;y", i => $"{(i == 3 ? "" : i.ToString(System.Globalization.CultureInfo.InvariantCulture))};{i / 4.0}", 50);
        var table = Table.Load(_path, "y", new Seed(1));
        Assert.Equal(TableKind.Number, table.Kind);
        Assert.Equal(0f, table.Features(3)[0]);
        Assert.Equal(0, table.TrainingRows.Average(row => (double)table.Label(row)), 1e-5);
    }

    [Fact]
    public void Wrong_tables_get_a_sentence()
    {
        Put("x,y", i => $"{i},{i % 2}", 20);
        Expect("z", "has no column 'z'. It has 'x', 'y'.");
        Expect(null, "--label");
        Put("x,x", _ => "1,2", 20);
        Expect("x", "two columns named 'x'");
        Put("x,y", i => i == 7 ? "1" : "1,2", 20);
        Expect("y", "Line 9");
        Put("x,y", i => $"{i},1", 20);
        Expect("y", "nothing to learn");
        Put("x,y", i => $"5,{i % 2}", 20);
        Expect("y", "no column besides 'y'");
        Put("x,y", i => $"{i},{i}", 2);
        Expect("y", "at least 5");
        Put("x,y", i => i == 2 ? "\"open,1" : $"{i},{i % 2}", 20);
        Expect("y", "no valid CSV");
        File.WriteAllText(_path, "");
        Expect("y", "is empty");
        Assert.Contains("no file", Assert.Throws<DataException>(() => Table.Load(_path + ".none", "y", new Seed(1))).Message, StringComparison.Ordinal);
        Assert.Contains("--data", Assert.Throws<DataException>(() => new TabularTask(new TaskOptions { Label = "y" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "class frequencies")]
    [InlineData(true, "mean")]
    public void Tabular_task_learns_and_resumes(bool number, string baseline)
    {
        Put("x,y", i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i % 37},{(number ? (i % 37) * 0.5 : i % 37 > 18 ? 1 : 0)}"), 300);
        var options = new TaskOptions { DataPath = _path, Label = "y", Width = 8, BatchSize = 32 };
        using var task = new TabularTask(options);
        for (var step = 0; step < 200; step++)
        {
            using var scope = new TensorScope();
            using var batch = task.NextBatch();
            task.Loss(batch).Backward();
            foreach (var parameter in task.Model.Parameters)
            {
                var gradient = parameter.Gradient!.AsSpan<float>();
                var value = parameter.Value.AsSpan<float>();
                for (var i = 0; i < value.Length; i++)
                {
                    value[i] -= 0.01f * Math.Sign(gradient[i]);
                    gradient[i] = 0;
                }
            }
        }

        Assert.True(task.Evaluate() < 0.5 * task.Baselines[baseline]);
        var writer = new StateWriter();
        task.Save(writer);
        using var resumed = new TabularTask(options);
        resumed.Load(StateReader.Of(writer));
        Assert.Equal(task.Evaluate(), resumed.Evaluate());
        using var expected = task.NextBatch();
        using var actual = resumed.NextBatch();
        Assert.Equal(expected.Inputs.ToArray<float>(), actual.Inputs.ToArray<float>());
    }

    private void Put(string header, Func<int, string> row, int count) =>
        File.WriteAllLines(_path, [header, .. Enumerable.Range(0, count).Select(row)]);

    private void Expect(string? label, string part) => Assert.Contains(
        part, Assert.Throws<DataException>(() => Table.Load(_path, label, new Seed(1))).Message, StringComparison.Ordinal);
}
