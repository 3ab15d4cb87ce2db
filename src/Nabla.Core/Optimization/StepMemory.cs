using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// Finds the memory of all tensors at the begin of a step, side by side on all threads: with thousands of small tensors
/// the way to their addresses costs more than their elements.
/// </summary>
internal sealed class StepMemory
{
    /// <summary>Tensors that a thread takes at once: few enough that little work is shared out evenly.</summary>
    private const int Block = 256;

    private readonly OptimizedTensor[] _tensors;
    private readonly TensorWork[] _works;
    private readonly Tensor[] _values;
    private readonly GradientMemory[] _memory;
    private readonly bool[] _ready;
    private readonly Action<int> _find;

    public StepMemory(IReadOnlyList<OptimizedTensor> tensors)
    {
        _tensors = [.. tensors];
        _works = [.. tensors.Select(t => t.Work)];
        _values = new Tensor[_tensors.Length];
        _memory = new GradientMemory[_tensors.Length];
        _ready = new bool[_tensors.Length];
        _find = FindBlock;
    }

    /// <summary>Looks at every tensor.</summary>
    public void Find(WorkerTeam team) => team.Run((_tensors.Length + Block - 1) / Block, _find);

    /// <summary>Whether the tensor is ready for the fused loop; if not it is missing or begins by itself.</summary>
    public bool IsReady(int tensor, out TensorWork work)
    {
        work = _works[tensor];
        return _ready[tensor];
    }

    /// <summary>Whether the tensor has no gradient.</summary>
    public bool IsMissing(int tensor) => _memory[tensor].IsMissing;

    private void FindBlock(int block)
    {
        var first = block * Block;
        var count = Math.Min(Block, _tensors.Length - first);
        var values = _values.AsSpan(first, count);
        for (var i = 0; i < count; i++)
        {
            // A parameter may have been given another tensor since the last step.
            values[i] = _tensors[first + i].Value;
        }

        GradientMemory.Read(values, _memory.AsSpan(first, count));
        for (var i = first; i < first + count; i++)
        {
            _ready[i] = _memory[i].IsPlain && _tensors[i].TryBegin(in _memory[i]);
        }
    }
}
