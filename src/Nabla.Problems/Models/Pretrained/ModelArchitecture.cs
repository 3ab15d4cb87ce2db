using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Models;

/// <summary>What a config.json says of a model: how many numbers it has, how it is made, and its names in files.</summary>
/// <param name="ParameterCount">How many numbers the model has.</param>
/// <param name="Make">Makes the model with first weights of a seed, or without one with places for weights.</param>
/// <param name="Prefix">What stands before names in some files and not in others.</param>
/// <param name="IsConstant">Whether a tensor of the file is a constant that the model makes itself.</param>
internal sealed record ModelArchitecture(
    double ParameterCount, Func<Seed?, DType, Device?, Module> Make, string Prefix, Func<string, bool> IsConstant)
{
    /// <summary>Reads the sizes of a model.</summary>
    /// <exception cref="DataException">The architecture or one of its settings is not known here.</exception>
    internal static ModelArchitecture Of(ConfigurationReader configuration, string path) => configuration.Text("model_type") switch
    {
        "gpt2" => Gpt2(configuration, path),
        "llama" => LlamaOf(configuration, path),
        null => throw new DataException($"'{path}' has no 'model_type'; Nabla reads gpt2 and llama."),
        var other => throw new DataException($"'{path}' describes a model of type '{other}'; Nabla reads gpt2 and llama."),
    };

    private static ModelArchitecture Gpt2(ConfigurationReader read, string path)
    {
        read.Require("activation_function", read.Text("activation_function") is null or "gelu_new" or "gelu_pytorch_tanh", "gelu_new");
        read.Require("scale_attn_weights", read.Flag("scale_attn_weights", true), "true");
        read.Require("scale_attn_by_inverse_layer_idx", !read.Flag("scale_attn_by_inverse_layer_idx", false), "false");
        read.Require("add_cross_attention", !read.Flag("add_cross_attention", false), "false");
        read.Require("tie_word_embeddings", read.Flag("tie_word_embeddings", true), "true");
        var options = new GptOptions
        {
            Layers = read.Whole("n_layer", 12),
            Heads = read.Whole("n_head", 12),
            Width = read.Whole("n_embd", 768),
            Context = read.Whole("n_positions", 1024),
            Vocabulary = read.Whole("vocab_size", 50257),
            InnerWidth = read.OptionalWhole("n_inner"),
            NormEpsilon = read.Number("layer_norm_epsilon", 1e-5),
        };
        Check(options.Check, path);
        // Old files hold the mask of the future and a tied output layer.
        return new(
            options.ParameterCount, (seed, type, device) => new Gpt(options, seed, type, device), "transformer.",
            name => name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
                || name == "lm_head.weight");
    }

    private static ModelArchitecture LlamaOf(ConfigurationReader read, string path)
    {
        read.Require("hidden_act", read.Text("hidden_act") is null or "silu", "silu");
        var options = new LlamaOptions
        {
            Layers = read.Whole("num_hidden_layers"),
            Heads = read.Whole("num_attention_heads"),
            KeyHeads = read.OptionalWhole("num_key_value_heads"),
            HeadSize = read.OptionalWhole("head_dim"),
            Width = read.Whole("hidden_size"),
            InnerWidth = read.Whole("intermediate_size"),
            Context = read.Whole("max_position_embeddings", 2048),
            Vocabulary = read.Whole("vocab_size"),
            NormEpsilon = read.Number("rms_norm_eps", 1e-6),
            TiedHead = read.Flag("tie_word_embeddings", false),
            Deviation = read.Number("initializer_range", 0.02),
            AttentionBias = read.Flag("attention_bias", false),
            PerceptronBias = read.Flag("mlp_bias", false),
            Rotary = RotaryOf(read),
        };
        Check(options.Check, path);
        return new(
            options.ParameterCount, (seed, type, device) => new Llama(options, seed, type, device), "model.",
            name => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || (options.TiedHead && name == "lm_head.weight"));
    }

    private static RotaryOptions RotaryOf(ConfigurationReader read)
    {
        // Older files have rope_theta beside rope_scaling; newer ones put all of it into rope_parameters.
        var inner = read.Inner("rope_parameters") ?? read.Inner("rope_scaling");
        var theta = read.Number("rope_theta", 10_000);
        if (inner is null)
        {
            return new RotaryOptions { Theta = theta };
        }

        var key = inner.Text("rope_type") is null ? "type" : "rope_type";
        RotaryKind? kind = inner.Text(key) switch
        {
            null or "default" => RotaryKind.Default,
            "linear" => RotaryKind.Linear,
            "dynamic" => RotaryKind.Dynamic,
            "llama3" => RotaryKind.Llama3,
            "yarn" => RotaryKind.Yarn,
            _ => null,
        };
        inner.Require(key, kind is not null, "default, linear, dynamic, llama3 and yarn");
        var factor = kind == RotaryKind.Default ? 1 : inner.Number("factor");
        var original = inner.OptionalWhole("original_max_position_embeddings");
        double? attention = inner.Values.ContainsKey("attention_factor") ? inner.Number("attention_factor") : null;
        if (kind == RotaryKind.Yarn && attention is null && inner.Values.ContainsKey("mscale") && inner.Values.ContainsKey("mscale_all_dim"))
        {
            attention = ((0.1 * inner.Number("mscale") * Math.Log(factor)) + 1) / ((0.1 * inner.Number("mscale_all_dim") * Math.Log(factor)) + 1);
        }

        return new RotaryOptions
        {
            Theta = inner.Number("rope_theta", theta),
            Kind = kind!.Value,
            Factor = factor,
            OriginalContext = original,
            LowFrequencyFactor = inner.Number("low_freq_factor", 1),
            HighFrequencyFactor = inner.Number("high_freq_factor", 4),
            BetaFast = inner.Number("beta_fast", 32),
            BetaSlow = inner.Number("beta_slow", 1),
            Truncate = inner.Flag("truncate", true),
            AttentionFactor = attention,
        };
    }

    private static void Check(Action check, string path)
    {
        try
        {
            check();
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw new DataException($"'{path}' describes no model that can be: {problem.Message}", problem);
        }
    }
}
