// Linters read test files without the libraries that the workspace compiles them with.
/// <reference lib="esnext.disposable" />
import 'reflect-metadata';
import { Container, inject, injectable, LazyServiceIdentifier } from 'inversify';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { bindHubContext, createHubServer, Hub, hubContextIdentifier, hubMethod, type HubContext } from '../index.ts';
import { TestClient } from '../testing/index.ts';

interface NewsClient {
  published(headline: string): void;
  confirm(question: string): boolean;
}

/** Is given the context of a hub that is declared behind it, and that in turn is given this. */
@injectable()
class Newsroom {
  readonly news: HubContext<NewsClient>;
  constructor(@inject(new LazyServiceIdentifier(() => hubContextIdentifier(NewsHub))) news: HubContext<NewsClient>) {
    this.news = news;
  }
}

@injectable()
class NewsHub extends Hub<NewsClient> {
  readonly #newsroom: Newsroom;
  constructor(@inject(Newsroom) newsroom: Newsroom) {
    super();
    this.#newsroom = newsroom;
  }
  @hubMethod() async publish(headline: string): Promise<void> {
    await this.#newsroom.news.clients.all.published(headline);
  }
}

class WeatherHub extends Hub<NewsClient> {}

@injectable()
class Clock {
  readonly weather: HubContext<NewsClient>;
  constructor(@inject(hubContextIdentifier(WeatherHub)) weather: HubContext<NewsClient>) {
    this.weather = weather;
  }
}

function containerWithNewsroom(): Container {
  const container = new Container();
  container.bind(Newsroom).toSelf().inSingletonScope();
  container.bind(Clock).toSelf();
  return container;
}

describe('the context of a hub, from an inversify container', () => {
  it('reaches clients, groups, connections and users', async () => {
    const container = containerWithNewsroom();
    await using hubs = createHubServer({ container });
    const hub = hubs.mapHub('/news', NewsHub);
    bindHubContext(container, hubs, NewsHub);
    const client = await TestClient.connect(hub, { user: { id: 'ann' } });
    const { news } = container.get(Newsroom);

    await news.clients.all.published('first');
    expect(await client.next('published')).toEqual(['first']);
    await news.groups.add(client.connectionId, 'readers');
    await news.clients.group('readers').published('second');
    expect(await client.next('published')).toEqual(['second']);
    client.on('confirm', (question) => question === 'Sure?');
    expect(await news.clients.client(client.connectionId).invoke.confirm('Sure?')).toBe(true);
    const expected = hubs.context(NewsHub);
    expect([news.connections, news.users]).toEqual([expected.connections, expected.users]);
    expect(news.connections).toBe(expected.connections);
  });

  it('is given to services that are made before the hub is mapped', async () => {
    const container = containerWithNewsroom();
    const hubs = createHubServer({ container });
    bindHubContext(container, hubs, NewsHub);
    const { news } = container.get(Newsroom);
    expect(() => news.clients).toThrow(expect.objectContaining({ code: 'HUB_INVALID_HUB' }));
    const client = await TestClient.connect(hubs.mapHub('/news', NewsHub));
    await news.clients.all.published('at last');
    expect(await client.next('published')).toEqual(['at last']);
    await hubs.close();
  });

  it('may come back to the hub that it is the context of', async () => {
    const container = containerWithNewsroom();
    await using hubs = createHubServer({ container });
    bindHubContext(container, hubs, NewsHub);
    const hub = hubs.mapHub('/news', NewsHub);
    const [ann, bob] = [await TestClient.connect(hub), await TestClient.connect(hub)];
    await ann.invoke('publish', 'news');
    expect(await bob.next('published')).toEqual(['news']);
  });

  it('is that of one hub class', async () => {
    const container = containerWithNewsroom();
    await using hubs = createHubServer({ container });
    bindHubContext(container, hubs, NewsHub);
    bindHubContext(container, hubs, WeatherHub);
    const news = await TestClient.connect(hubs.mapHub('/news', NewsHub));
    const weather = await TestClient.connect(hubs.mapHub('/weather', WeatherHub));
    await container.get(Clock).weather.clients.all.published('sun');
    expect(await weather.next('published')).toEqual(['sun']);
    await container.get(Newsroom).news.clients.all.published('news');
    expect(await news.next('published')).toEqual(['news']);
    expect(weather.unread).toEqual([]);
  });

  it('is refused while it is not clear which one is meant', async () => {
    const container = containerWithNewsroom();
    await using hubs = createHubServer();
    bindHubContext(container, hubs, WeatherHub);
    const { weather } = container.get(Clock);
    hubs.mapHub('/here', WeatherHub);
    expect(() => weather.groups).not.toThrow();
    hubs.mapHub('/there', WeatherHub);
    expect(() => weather.groups).toThrow('WeatherHub is mapped 2 times');
  });

  it('is known by one identifier for each class', () => {
    expect(hubContextIdentifier(NewsHub)).toBe(hubContextIdentifier(NewsHub));
    expect(hubContextIdentifier(NewsHub)).not.toBe(hubContextIdentifier(WeatherHub));
    expect(hubContextIdentifier(NewsHub).description).toBe('HubContext<NewsHub>');
    expectTypeOf(new Container()).toExtend<Parameters<typeof bindHubContext>[0]>();
  });
});
