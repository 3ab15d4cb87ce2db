using System.Runtime.CompilerServices;

namespace Nabla.Engine;

public sealed partial class Tensor
{
    /// <summary>A view of a part of the tensor; assigning writes into the part.</summary>
    /// <param name="indices">One for each leading dimension: a position (the dimension goes away), a range (it stays),
    /// <see cref="TensorIndex.All"/>, <see cref="TensorIndex.None"/> (a new dimension) or
    /// <see cref="TensorIndex.Ellipsis"/>.</param>
    /// <returns>The view, which shares memory with this tensor.</returns>
    /// <exception cref="ArgumentException">There are more indices than dimensions, or two ellipses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A range ends outside its dimension.</exception>
    /// <exception cref="EngineException">A position is outside its dimension.</exception>
    [IndexerName("Part")]
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get => PartAt(indices);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            using Tensor part = PartAt(indices);
            CopyInto(part, value);
        }
    }

    private static Tensor SelectAt(Tensor source, long dimension, long position)
    {
        var call = new OperatorCall(BasicOperators.Select, stackalloc NativeArgument[3]);
        call.Tensor(source);
        call.Integer(dimension);
        call.Integer(position);
        return call.ReturnTensor();
    }

    private static Tensor SliceOf(Tensor source, long dimension, TensorIndex index)
    {
        long size = source.Shape[dimension];
        long start = index.Start.IsFromEnd ? size - index.Start.Value : index.Start.Value;
        long end = index.End.IsFromEnd ? size - index.End.Value : index.End.Value;
        if (start < 0 || end > size || start > end)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"The range {index.Start}..{index.End} does not lie in a dimension of size {size}.");
        }

        var call = new OperatorCall(BasicOperators.Slice, stackalloc NativeArgument[5]);
        call.Tensor(source);
        call.Integer(dimension);
        call.Integer(start);
        call.Integer(end);
        call.Integer(index.Step);
        return call.ReturnTensor();
    }

    private static Tensor InsertDimension(Tensor source, long dimension)
    {
        var call = new OperatorCall(BasicOperators.Unsqueeze, stackalloc NativeArgument[2]);
        call.Tensor(source);
        call.Integer(dimension);
        return call.ReturnTensor();
    }

    private static Tensor AliasOf(Tensor source)
    {
        var call = new OperatorCall(BasicOperators.Alias, stackalloc NativeArgument[1]);
        call.Tensor(source);
        return call.ReturnTensor();
    }

    private Tensor PartAt(ReadOnlySpan<TensorIndex> indices)
    {
        int spokenOf = 0;
        int ellipses = 0;
        foreach (TensorIndex index in indices)
        {
            spokenOf += index.Kind is TensorIndex.IndexKind.NewDimension or TensorIndex.IndexKind.Ellipsis ? 0 : 1;
            ellipses += index.Kind == TensorIndex.IndexKind.Ellipsis ? 1 : 0;
        }

        if (spokenOf > Rank || ellipses > 1)
        {
            throw new ArgumentException(
                ellipses > 1
                    ? "An index has at most one ellipsis."
                    : $"{spokenOf} indices were given for a tensor with {Rank} dimensions.",
                nameof(indices));
        }

        Tensor view = this;
        long dimension = 0;
        try
        {
            foreach (TensorIndex index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.IndexKind.Position:
                        Replace(ref view, SelectAt(view, dimension, index.Position));
                        break;
                    case TensorIndex.IndexKind.Slice:
                        Replace(ref view, SliceOf(view, dimension, index));
                        dimension++;
                        break;
                    case TensorIndex.IndexKind.NewDimension:
                        Replace(ref view, InsertDimension(view, dimension));
                        dimension++;
                        break;
                    case TensorIndex.IndexKind.Ellipsis:
                        dimension += Rank - spokenOf;
                        break;
                    default:
                        dimension++;
                        break;
                }
            }
        }
        catch
        {
            if (!ReferenceEquals(view, this))
            {
                view.Dispose();
            }

            throw;
        }

        return ReferenceEquals(view, this) ? AliasOf(this) : view;
    }

    private void Replace(ref Tensor view, Tensor next)
    {
        if (!ReferenceEquals(view, this))
        {
            view.Dispose();
        }

        view = next;
    }
}
