import { recipe as drupal } from './drupal.ts'
import { recipe as magento } from './magento.ts'
import { recipe as manitou } from './manitou.ts'
import { recipe as manitouImport } from './manitou-import.ts'
import { recipe as manitouSent } from './manitou-sent.ts'
import { recipe as matomo } from './matomo.ts'
import { recipe as mediawiki } from './mediawiki.ts'
import { recipe as moodle } from './moodle.ts'
import { recipe as nextcloud } from './nextcloud.ts'
import type { Recipe } from './recipe.ts'
import { recipe as typo3 } from './typo3.ts'
import { recipe as typo3Tasks } from './typo3-tasks.ts'
import { recipe as wordpress } from './wordpress.ts'
import { recipe as zabbix } from './zabbix.ts'

/** All recipes, by name. */
export const RECIPES: readonly Recipe[] = [
  drupal,
  magento,
  manitou,
  manitouImport,
  manitouSent,
  matomo,
  mediawiki,
  moodle,
  nextcloud,
  typo3,
  typo3Tasks,
  wordpress,
  zabbix,
]
