package io.nanomq.codec;

import io.nanomq.codec.UnfinishedBytes.Share;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how much for how long, so that whoever is worst for the others is found without a look
 * at all: within each power of two of bytes the one that has been there longest is first. What
 * grows into the next one begins anew there, so that going on counts in a client's favour. Not safe
 * for several threads by itself.
 */
final class UnfinishedHoldings {
  private static final int SIZES = 32;

  private final @Nullable Place[] oldest = new Place[SIZES];
  private final @Nullable Place[] newest = new Place[SIZES];

  /** A share's place among those of its size. */
  static final class Place {
    private final Share share;
    private int size = -1;
    private long sinceMillis;
    private @Nullable Place before;
    private @Nullable Place after;

    private Place(Share share) {
      this.share = share;
    }

    private long harm(long nowMillis) {
      return share.held * Math.max(1, nowMillis - sinceMillis);
    }
  }

  /** A share holds another number of bytes than before. */
  void changed(Share share, long nowMillis) {
    int size = share.held == 0 ? -1 : 31 - Integer.numberOfLeadingZeros(share.held);
    Place place = share.place;
    if (place == null) {
      place = new Place(share);
      share.place = place;
    }
    if (place.size != size) {
      unlink(place);
      if (size >= 0) {
        link(place, size, nowMillis);
      }
    }
  }

  void remove(Share share) {
    Place place = share.place;
    if (place != null) {
      unlink(place);
    }
  }

  /** Takes out the one that holds most for longest; null where there is none but {@code but}. */
  @Nullable Share takeWorst(Share but, long nowMillis) {
    Place worst = null;
    for (Place first : oldest) {
      Place candidate = first != null && first.share == but ? first.after : first;
      if (candidate != null
          && (worst == null || candidate.harm(nowMillis) >= worst.harm(nowMillis))) {
        worst = candidate;
      }
    }
    if (worst == null) {
      return null;
    }
    unlink(worst);
    return worst.share;
  }

  private void link(Place place, int size, long nowMillis) {
    Place last = newest[size];
    place.size = size;
    place.sinceMillis = nowMillis;
    place.before = last;
    newest[size] = place;
    if (last == null) {
      oldest[size] = place;
    } else {
      last.after = place;
    }
  }

  private void unlink(Place place) {
    if (place.size < 0) {
      return;
    }
    Place before = place.before;
    Place after = place.after;
    if (before == null) {
      oldest[place.size] = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      newest[place.size] = before;
    } else {
      after.before = before;
    }
    place.before = null;
    place.after = null;
    place.size = -1;
  }
}
