package io.nanomq.backend;

import io.nanomq.loop.FairQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request to one web server: how many calls may be outstanding, who waits for one of these to
 * end, and what was answered lately. A call that fails, hangs or is not made is {@link
 * Answer#AWAY}. Safe for any thread: one lock around the queue; no thread waits.
 */
public final class HttpBackend {
  /** Questions that may wait. */
  static final int MAX_WAITING = 4096;

  private static final Logger LOG = Logger.getLogger(HttpBackend.class);

  private final RequestTemplate template;
  private final HttpCalls calls;
  private final VerdictCache cache;
  private final BackendFigures figures;
  private final int mostOutstanding;
  private final FairQueue<Waiting> waiting = new FairQueue<>();
  private int outstanding;
  private boolean isClosed;
  // More than 0 while somebody starts calls: whoever comes meanwhile leaves it to them.
  private final AtomicInteger starters = new AtomicInteger();

  /**
   * A question on its way; compared by identity. Its request is made when it is sent: encoded it is
   * up to three times as long as what was counted when it came.
   */
  private static final class Waiting {
    private final BackendQuestion question;
    private final VerdictCache.Key key;
    private final Consumer<BackendAnswer> answer;

    Waiting(BackendQuestion question, VerdictCache.Key key, Consumer<BackendAnswer> answer) {
      this.question = question;
      this.key = key;
      this.answer = answer;
    }
  }

  HttpBackend(
      RequestTemplate template,
      HttpCalls calls,
      VerdictCache cache,
      BackendFigures figures,
      int mostOutstanding) {
    this.template = template;
    this.calls = calls;
    this.cache = cache;
    this.figures = figures;
    this.mostOutstanding = mostOutstanding;
  }

  /**
   * Asks. The answer comes once, at once or later, on any thread.
   *
   * @param answer must not block
   */
  public void ask(BackendQuestion question, Consumer<BackendAnswer> answer) {
    Waiting asked = new Waiting(question, cache.key(() -> template.fill(question)), answer);
    BackendAnswer known = cache.get(asked.key);
    if (known != null) {
      figures.hit();
      tell(asked, known);
      return;
    }
    Waiting out = enter(asked);
    if (out != null) {
      tell(out, BackendAnswer.AWAY);
    }
    startWhatMay();
  }

  /** Who has no room, null = there was room for all. */
  private @Nullable Waiting enter(Waiting asked) {
    synchronized (waiting) {
      Waiting out = null;
      if (isClosed) {
        return asked;
      }
      if (waiting.size() >= MAX_WAITING) {
        out = waiting.displaceFor(asked.question.from());
        if (out == null) {
          return asked;
        }
        figures.waiting(-1);
      }
      waiting.add(asked.question.from(), asked);
      figures.waiting(1);
      return out;
    }
  }

  /** In a loop, since a call may end at once. */
  private void startWhatMay() {
    if (starters.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Waiting next = next(); next != null; next = next()) {
        start(next);
      }
      seen = starters.addAndGet(-seen);
    } while (seen != 0);
  }

  private @Nullable Waiting next() {
    synchronized (waiting) {
      Waiting next = outstanding < mostOutstanding ? waiting.poll() : null;
      if (next != null) {
        figures.waiting(-1);
        outstanding++;
      }
      return next;
    }
  }

  private void start(Waiting next) {
    // Others may have asked the same meanwhile.
    BackendAnswer known = cache.get(next.key);
    if (known != null || next.question.isGone().getAsBoolean()) {
      ended(next, known == null ? BackendAnswer.AWAY : known);
      return;
    }
    long began = System.nanoTime();
    figures.began();
    calls
        .send(template.fill(next.question))
        .whenComplete(
            (answer, failure) -> {
              figures.ended(System.nanoTime() - began);
              BackendAnswer got = answer == null ? BackendAnswer.AWAY : answer;
              if (got != BackendAnswer.AWAY) {
                keep(next.key, got);
              }
              ended(next, got);
            });
  }

  private void keep(VerdictCache.Key key, BackendAnswer answer) {
    synchronized (waiting) {
      if (!isClosed) {
        cache.put(key, answer);
      }
    }
  }

  private void ended(Waiting call, BackendAnswer answer) {
    synchronized (waiting) {
      outstanding--;
      closeIfOver();
    }
    tell(call, answer);
    startWhatMay();
  }

  private void tell(Waiting call, BackendAnswer answer) {
    figures.answered(answer);
    try {
      call.answer.accept(answer);
    } catch (RuntimeException failure) {
      LOG.error("An answer of a back end could not be told", failure);
    }
  }

  /** Takes no more questions; what it was asked is answered. */
  void close() {
    synchronized (waiting) {
      isClosed = true;
      cache.clear();
      closeIfOver();
    }
  }

  private void closeIfOver() {
    if (isClosed && outstanding == 0 && waiting.size() == 0) {
      calls.close();
    }
  }
}
