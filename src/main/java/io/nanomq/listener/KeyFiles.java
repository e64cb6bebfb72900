package io.nanomq.listener;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** Keys in files that may be replaced while they are in use. */
public interface KeyFiles {

  /** The file that stands for them, for people. */
  String name();

  /**
   * Reads the files again where their contents have changed; blocks. One thread calls this.
   *
   * @return whether there are new keys
   * @throws IOException where a file cannot be read: the old keys stay in force
   * @throws GeneralSecurityException where a file is not what it should be, such as half of a pair
   *     that is being replaced: the old keys stay in force
   */
  boolean reload() throws IOException, GeneralSecurityException;
}
