using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.SignalR;

namespace Hubwire.Conformance;

/// <summary>Streams in both directions.</summary>
public partial class TestHub
{
    public async IAsyncEnumerable<string> Stream()
    {
        foreach (var item in new[] { "a", "b", "c" })
        {
            await Task.Yield();
            yield return item;
        }
    }

    public async IAsyncEnumerable<int> EmptyStream()
    {
        await Task.Yield();
        yield break;
    }

    public async IAsyncEnumerable<int> Count(int n, int delayMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = 0; i < n; i++)
        {
            if (delayMs > 0) await Task.Delay(delayMs, cancellation);
            yield return i;
        }
    }

    public async IAsyncEnumerable<int> InfiniteStream([EnumeratorCancellation] CancellationToken cancellation)
    {
        var caller = Clients.Caller;
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        finally
        {
            await caller.SendAsync("StreamCanceled", CancellationToken.None);
        }
        yield break;
    }

    /// <summary>Throws at the call, before there is a stream.</summary>
    public IAsyncEnumerable<string> StreamThrowException(string message) => throw new InvalidOperationException(message);

    public async IAsyncEnumerable<int> StreamThenThrow(int n, string message)
    {
        for (var i = 0; i < n; i++)
        {
            await Task.Yield();
            yield return i;
        }
        throw new InvalidOperationException(message);
    }

    public async Task<string> StreamingConcat(IAsyncEnumerable<string> stream)
    {
        var text = new StringBuilder();
        await foreach (var item in stream) text.Append(item);
        return text.ToString();
    }

    public async Task<double[]> StreamingSum(IAsyncEnumerable<double> a, IAsyncEnumerable<double> b) =>
        await Task.WhenAll(Sum(a), Sum(b));

    public async IAsyncEnumerable<object?> StreamEcho(IAsyncEnumerable<object?> stream)
    {
        await foreach (var item in stream) yield return item;
    }

    private static async Task<double> Sum(IAsyncEnumerable<double> numbers)
    {
        var sum = 0.0;
        await foreach (var number in numbers) sum += number;
        return sum;
    }
}
