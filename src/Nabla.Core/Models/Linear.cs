using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A linear layer: rows times weights, plus a bias where there is one.</summary>
public sealed class Linear : Module, IAdaptable
{
    /// <summary>Takes over the weights.</summary>
    /// <param name="weight">[outputs, inputs], or [inputs, outputs] with <paramref name="inputsFirst"/>.</param>
    /// <param name="bias">[outputs]; null for none.</param>
    /// <param name="inputsFirst">Whether the weights are stored [inputs, outputs], as in GPT-2's files.</param>
    /// <param name="role">What the weights are in the model: a hidden matrix or the head.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Linear(Tensor weight, Tensor? bias = null, bool inputsFirst = false, ParameterRoles role = ParameterRoles.Matrix)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Shape.Length != 2 || (bias is not null && (bias.Shape.Length != 1 || bias.Shape[0] != weight.Shape[inputsFirst ? 1 : 0])))
        {
            throw new ArgumentException(
                $"Weights of shape {(inputsFirst ? "[inputs, outputs]" : "[outputs, inputs]")} and a bias of [outputs] were expected, not [{string.Join(", ", weight.Shape)}]" +
                (bias is null ? "." : $" and [{string.Join(", ", bias.Shape)}]."), nameof(weight));
        }

        InputsFirst = inputsFirst;
        Weight = Register("weight", weight, role);
        Bias = bias is null ? null : Register("bias", bias, ParameterRoles.Vector);
    }

    /// <inheritdoc/>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public bool InputsFirst { get; }

    /// <inheritdoc/>
    public bool IsEmbedding => false;

    /// <inheritdoc/>
    public long Inputs => Weight.Value.Shape[InputsFirst ? 0 : 1];

    /// <inheritdoc/>
    public long Outputs => Weight.Value.Shape[InputsFirst ? 1 : 0];

    /// <inheritdoc/>
    public ILayerAdapter? Adapter { get; set; }

    /// <summary>The bias, [outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Computes the outputs.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <returns>[rows, outputs], owned by the caller.</returns>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        var weight = InputsFirst ? Weight.Value : Weight.Value.T();
        var output = Bias is null ? RowProduct.Of(input, weight)
            : input.Shape[0] == 1 && !GradMode.IsEnabled ? RowProduct.Of(input, weight).Add_(Bias.Value)
            : Bias.Value.Addmm(input, weight);
        return (Adapter is null ? output : Adapter.Add(input, output)).MoveToOuter();
    }
}
