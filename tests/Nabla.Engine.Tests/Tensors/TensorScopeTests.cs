namespace Nabla.Engine.Tests.Tensors;

public sealed class TensorScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_nothing_else()
    {
        using Tensor before = Tensor.Ones([2]);
        Tensor inside;
        using (new TensorScope())
        {
            inside = before + 1;
            Assert.False(inside.IsDisposed);
        }

        Assert.True(inside.IsDisposed);
        Assert.False(before.IsDisposed);
    }

    [Fact]
    public void Moving_gives_a_tensor_to_the_enclosing_scope()
    {
        Tensor moved;
        Tensor stays;
        using (new TensorScope())
        {
            using (new TensorScope())
            {
                stays = Tensor.Ones([3]);
                moved = Tensor.Ones([2]).MoveToOuter();
            }

            Assert.True(stays.IsDisposed);
            Assert.False(moved.IsDisposed);
        }

        Assert.True(moved.IsDisposed);
    }

    [Fact]
    public void Moving_out_of_the_outermost_scope_and_releasing_leave_the_tensor_to_the_caller()
    {
        long handles = NativeMemory.LiveHandles;
        Tensor moved;
        Tensor released;
        using (new TensorScope())
        {
            moved = Tensor.Ones([2]).MoveToOuter();
            using (new TensorScope())
            {
                released = Tensor.Full([2], 3).Release();
            }
        }

        Assert.Equal([3f, 3f], released.ToArray<float>());
        Assert.Equal(handles + 2, NativeMemory.LiveHandles);
        moved.Dispose();
        released.Dispose();
        Assert.Equal(handles, NativeMemory.LiveHandles);
    }

    [Fact]
    public void Early_disposal_keeps_the_others_in_the_scope()
    {
        Tensor[] made;
        using (var scope = new TensorScope())
        {
            made = [.. Enumerable.Range(0, 5).Select(i => Tensor.Full([1], i))];
            made[1].Dispose();
            made[4].Dispose();
            made[0].Dispose();
            Assert.Equal(2, scope.Count);
            Assert.Equal(2, made[2].Item());
            Assert.Equal(3, made[3].Item());
        }

        Assert.All(made, t => Assert.True(t.IsDisposed));
    }

    [Fact]
    public void Another_thread_is_refused_and_changes_nothing()
    {
        using var scope = new TensorScope();
        Tensor tensor = Tensor.Ones([2]);

        OnAnotherThread(() =>
        {
            Assert.Throws<InvalidOperationException>(scope.Dispose);
            Assert.Throws<InvalidOperationException>(tensor.Dispose);
            Assert.Throws<InvalidOperationException>(() => tensor.Release());
            Assert.Throws<InvalidOperationException>(() => tensor.MoveToOuter());
            Assert.Null(TensorScope.Current);
            using Tensor ownerless = tensor + 1;
            Assert.Equal([2f, 2f], ownerless.ToArray<float>());
        });

        Assert.False(tensor.IsDisposed);
        Assert.Equal(1, scope.Count);
    }

    [Fact]
    public void Scopes_end_in_the_opposite_order()
    {
        var outer = new TensorScope();
        var inner = new TensorScope();

        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        Assert.Null(TensorScope.Current);
    }

    [Fact]
    public void A_thousand_operators_in_a_scope_leave_no_handle_and_no_byte()
    {
        using Tensor start = Tensor.Ones([64, 3]);
        start.RequiresGrad = true;
        long handles = NativeMemory.LiveHandles;
        long bytes = NativeMemory.LiveBytes;

        using (new TensorScope())
        {
            Tensor running = start;
            for (int i = 0; i < 1000; i++)
            {
                running = running * 0.5 + start;
            }

            Assert.Equal(handles + 2000, NativeMemory.LiveHandles);
            Assert.Equal(bytes + (2000 * 64 * 3 * 4), NativeMemory.LiveBytes);
        }

        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal(bytes, NativeMemory.LiveBytes);
    }

    [Fact]
    public void Views_count_their_storage_once()
    {
        using var scope = new TensorScope();
        long bytes = NativeMemory.LiveBytes;
        Tensor whole = Tensor.Zeros([10, 10]);
        Tensor view = whole[3];

        Assert.Equal(bytes + 400, NativeMemory.LiveBytes);
        whole.Dispose();
        Assert.Equal(bytes + 400, NativeMemory.LiveBytes);
        view.Dispose();
        Assert.Equal(bytes, NativeMemory.LiveBytes);
    }

    private static void OnAnotherThread(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }
}
