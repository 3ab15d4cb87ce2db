using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.TestFunctions;

namespace Nabla.Problems.Tasks;

/// <summary>A test function is minimized; the model is the point, the loss its value.</summary>
public sealed class FunctionTask : LearningTask
{
    private readonly TestFunction _function;
    private readonly Point _model;

    /// <summary>Puts the point at the function's start.</summary>
    /// <param name="function">What to minimize.</param>
    /// <param name="device">Where the point lives; null for the CPU.</param>
    public FunctionTask(TestFunction function, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _model = new Point(function, device);
    }

    /// <inheritdoc/>
    public override string Name => "function:" + _function.Name;

    /// <inheritdoc/>
    public override Module Model => _model;

    /// <inheritdoc/>
    public override string ItemName => "evaluations";

    /// <inheritdoc/>
    public override string DatasetSummary => string.Create(
        CultureInfo.InvariantCulture, $"the test function {_function.Name} of {_function.Dimension} numbers, without data");

    /// <summary>"minimum": the least value there is.</summary>
    public override IReadOnlyDictionary<string, double> Baselines =>
        new Dictionary<string, double> { ["minimum"] = _function.Minimum };

    /// <summary>Gives an empty batch: the function has no data.</summary>
    /// <returns>Two tensors of no elements.</returns>
    public override Batch NextBatch() => new(Tensor.Empty([0]), Tensor.Empty([0]), 1);

    /// <inheritdoc/>
    public override Tensor Loss(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _model.Forward(batch.Inputs);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Func<Batch>> ValidationBatches() => [NextBatch];

    /// <inheritdoc/>
    protected override void SavePosition(StateWriter writer)
    {
        // Without data there is no position.
    }

    /// <inheritdoc/>
    protected override void LoadPosition(StateReader reader)
    {
        // Without data there is no position.
    }

    private sealed class Point : Module
    {
        private readonly TestFunction _function;
        private readonly Parameter _point;

        internal Point(TestFunction function, Device? device)
        {
            _function = function;
            var start = LearningTask.Place(Tensor.From<double>([.. function.Start], function.Dimension), device);
            _point = Register("point", start.Release(), ParameterRoles.Vector);
        }

        public override Tensor Forward(Tensor input) => _function.Value(_point.Value);
    }
}
