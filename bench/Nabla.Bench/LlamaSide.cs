using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Bench;

/// <summary>Nabla's side of the Llama measurements: a model with an adapter, its generation and its training steps.</summary>
internal sealed class LlamaSide : IDisposable
{
    private readonly PretrainedModel _model;
    private readonly LoraAdapter _adapter;
    private readonly int _threads;
    private readonly double _rate;
    private AdaptedModel? _adapted;
    private Optimizer? _optimizer;

    public LlamaSide(string model, string adapter, int threads, double rate)
    {
        (_threads, _rate) = (threads, rate);
        Torch.Threads = threads;
        _model = PretrainedModel.Load(model);
        _adapter = AdapterFiles.Load(adapter, _model.Module);
    }

    public (int[] Tokens, LlamaTime Time) Generate(int[] prompt, int tokens)
    {
        var begun = LlamaTime.Now();
        var made = TokenGeneration.Generate(_model.Language, [prompt], new DecodingOptions { MaxNewTokens = tokens });
        return (made[0], LlamaTime.Now() - begun);
    }

    /// <summary>One step of AdamW on the adapter, which is attached from the first one on.</summary>
    public (double Loss, LlamaTime Time) Train(long[] inputs, long[] targets, int batch)
    {
        _adapted ??= new AdaptedModel(_model.Module, _adapter);
        _adapter.Attach();
        _optimizer ??= Optimizer.Create(
            ParameterGroups.Of(_adapted).AssignRest(new AdamWOptions { LearningRate = _rate, WeightDecay = 0.01, Beta2 = 0.999 }),
            new ExecutionOptions { Threads = _threads });
        using var scope = new TensorScope();
        var (x, y) = (Tensor.From<long>(inputs, batch, inputs.Length / batch), Tensor.From<long>(targets, targets.Length));
        var begun = LlamaTime.Now();
        _optimizer.ZeroGradients();
        var loss = NextTokenLoss.Of(_model.Language, x, y);
        loss.Backward();
        _optimizer.Step();
        var value = loss.Item();
        var time = LlamaTime.Now() - begun;
        _adapter.Detach();
        return (value, time);
    }

    public void Dispose()
    {
        _optimizer?.Dispose();
        _adapted?.Dispose();
        _adapter.Dispose();
        _model.Dispose();
    }

    /// <summary>What is resident now (VmRSS), or was at most (VmHWM), in bytes.</summary>
    public static long Resident(string key) =>
        long.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
}
