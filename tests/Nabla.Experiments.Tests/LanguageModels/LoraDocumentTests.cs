using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;
using Nabla.Testing;

namespace Nabla.Experiments.Tests.LanguageModels;

/// <summary>Runs the examples about adapters of docs/language-models.md on a model in files.</summary>
public sealed class LoraDocumentTests
{
    [Fact]
    public void An_adapter_is_trained_saved_read_and_merged()
    {
        using var folders = new TemporaryFolder();
        var folder = Path.Combine(folders.Path, "adapter");
        using var model = PretrainedModel.Create(
            JsonNode.Parse(
                """
                {"model_type": "llama", "vocab_size": 20, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "max_position_embeddings": 16}
                """)!.AsObject(),
            new Seed(1));
        var weights = Weights(model.Module);

        using var adapter = new LoraAdapter(model.Module, new LoraOptions { Rank = 8, Alpha = 16 }, new Seed(1), ["q_proj", "v_proj"]);
        adapter.Attach();
        var before = Loss(model.Module);
        using (var optimizer = Optimizer.Create(ParameterGroups.Of(adapter.Parameters).AssignRest(Options())))
        {
            for (var step = 0; step < 60; step++)
            {
                using var scope = new TensorScope();
                Value(model.Module).Backward();
                optimizer.Step();
                optimizer.ZeroGradients();
            }
        }

        var trained = Loss(model.Module);
        Assert.True(trained < before - 0.01, $"{trained} after {before}");
        Assert.Equal(weights, Weights(model.Module));

        AdapterFiles.Save(folder, adapter, "name-of-the-base");
        using var again = AdapterFiles.Load(folder, model.Module);
        again.Attach();
        Assert.Equal(trained, Loss(model.Module));
        again.Detach();
        Assert.Equal(before, Loss(model.Module));

        adapter.Merge();
        Assert.Equal(trained, Loss(model.Module), 1e-4);
        adapter.Unmerge();
        Assert.Equal(weights, Weights(model.Module));
    }

    [Theory]
    [InlineData("""
        {"model_type": "llama", "vocab_size": 20, "hidden_size": 16, "intermediate_size": 12, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 16}
        """)]
    [InlineData("""{"model_type": "gpt2", "vocab_size": 20, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 16}""")]
    public void Singular_values_are_trained_and_merged_into_a_model_in_files(string configuration)
    {
        using var folders = new TemporaryFolder();
        var (folder, tuned) = (Path.Combine(folders.Path, "model"), Path.Combine(folders.Path, "tuned"));
        using (var made = PretrainedModel.Create(JsonNode.Parse(configuration)!.AsObject(), new Seed(1)))
        {
            made.Save(folder);
        }

        IReadOnlyList<int>[] texts = [[1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8]];
        var task = new SequenceTask("texts", texts[..2], texts[2..], 2, new Seed(1));
        double trained;
        using (var model = PretrainedModel.Load(folder))
        {
            var before = task.Evaluate(model.Module);

            using var clover = new Clover((IAttentionModel)model.Module, new CloverOptions());
            Assert.Equal(before, task.Evaluate(model.Module), 1e-5);
            var result = TaskAdaptation.Adapt(
                model.Module, clover, task, new AdamWOptions { LearningRate = 1e-2 }, new AdaptationStop { Steps = 30 });
            clover.Merge();
            model.Save(tuned);

            trained = result.Last;
            Assert.True(trained < result.Start, $"{result}");
        }

        using var again = PretrainedModel.Load(tuned);
        Assert.Equal(trained, task.Evaluate(again.Module), 1e-5);
    }

    private static AdamWOptions Options() => new() { LearningRate = 0.05 };

    private static double[] Weights(Module model) => [.. model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles())];

    private static Tensor Value(Module model)
    {
        long[] tokens = [1, 2, 3, 4, 5, 6, 7, 8];
        return model.Forward(Tensor.From<long>(tokens, 1, 8)).View(8, 20).CrossEntropyLoss(Tensor.From<long>([2, 3, 4, 5, 6, 7, 8, 9], 8));
    }

    private static double Loss(Module model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return Value(model).Item();
    }
}
